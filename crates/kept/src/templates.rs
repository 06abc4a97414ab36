//! The policies that come with Kept: what `kept new --from` copies.

/// A policy folder inside the binary.
#[derive(Debug)]
pub(crate) struct Template {
    /// Its name.
    pub(crate) name: &'static str,
    /// Its files: path within the folder, text.
    pub(crate) files: &'static [(&'static str, &'static str)],
}

/// Every template, by name.
pub(crate) static ALL: &[Template] = include!(concat!(env!("OUT_DIR"), "/templates.rs"));

/// The template of a name.
pub(crate) fn named(name: &str) -> Option<&'static Template> {
    ALL.iter().find(|template| template.name == name)
}

//! `kept new`: a policy folder of one's own, from a template.

use anyhow::{Context, bail};

use crate::cli::NewArgs;
use crate::{Ended, printer, templates};

/// Copies a template into a folder that is not there yet, or is empty.
pub(crate) fn run(args: &NewArgs) -> anyhow::Result<Ended> {
    let Some(template) = templates::named(&args.from) else {
        let names: Vec<&str> = templates::ALL.iter().map(|template| template.name).collect();
        bail!("there is no template `{}`\nhelp: choose one of {}", args.from, names.join(", "));
    };
    let folder = &args.folder;
    if folder.exists()
        && std::fs::read_dir(folder).map(|mut entries| entries.next().is_some()).unwrap_or(true)
    {
        bail!("`{}` is already there and not empty; nothing was written", folder.display());
    }
    for (name, text) in template.files {
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).with_context(|| format!("can't make `{}`", parent.display()))?;
        }
        std::fs::write(&path, text).with_context(|| format!("can't write `{}`", path.display()))?;
    }
    printer::note(&format!("wrote {} files into {}", template.files.len(), folder.display()));
    printer::note(&format!("next: kept check {}", folder.display()));
    Ok(Ended::Done)
}

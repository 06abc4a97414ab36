//! The reader from outside: the sketch of the design, the literate suites, the policies of the
//! project, and hostile inputs. One binary, so that the tests link once.

#[cfg(test)]
#[path = "reading/clean.rs"]
mod clean;
#[cfg(test)]
#[path = "reading/dated.rs"]
mod dated;
#[cfg(test)]
#[path = "reading/folder.rs"]
mod folder;
#[cfg(test)]
#[path = "reading/fuzzing.rs"]
mod fuzzing;
#[cfg(test)]
#[path = "reading/good.rs"]
mod good;
#[cfg(test)]
#[path = "reading/guides.rs"]
mod guides;
#[cfg(test)]
#[path = "reading/hostile.rs"]
mod hostile;
#[cfg(test)]
#[path = "reading/language.rs"]
mod language;
#[cfg(test)]
#[path = "reading/layout.rs"]
mod layout;
#[cfg(test)]
#[path = "reading/model.rs"]
mod model;
#[cfg(test)]
#[path = "reading/organisation.rs"]
mod organisation;
#[cfg(test)]
#[path = "reading/pages.rs"]
mod pages;
#[cfg(test)]
#[path = "reading/policies.rs"]
mod policies;
#[cfg(test)]
#[path = "reading/published.rs"]
mod published;
#[cfg(test)]
#[path = "reading/reference.rs"]
mod reference;
#[cfg(test)]
#[path = "reading/schema.rs"]
mod schema;
#[cfg(test)]
#[path = "reading/suites.rs"]
mod suites;

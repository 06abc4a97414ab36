//! The reader from outside: the sketch of the design, the literate suites, the policies of the
//! project, and hostile inputs. One binary, so that the tests link once.

#[path = "reading/folder.rs"]
mod folder;
#[path = "reading/guides.rs"]
mod guides;
#[path = "reading/hostile.rs"]
mod hostile;
#[path = "reading/model.rs"]
mod model;
#[path = "reading/policies.rs"]
mod policies;
#[path = "reading/reference.rs"]
mod reference;
#[path = "reading/suites.rs"]
mod suites;

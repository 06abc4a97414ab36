//! The end of a draft: what it declares of people and data, and the purposes that only the company
//! knows, as a block to be filled in.

use std::fmt::Write;

use super::draft_names::Names;

/// What a reader of the draft looks for.
pub(super) const FILL_IN: &str = "FILL IN";

/// Declarations of kinds of people and of categories, as far as the policy has none.
pub(super) fn declarations(names: &Names) -> String {
    let mut out = String::new();
    // Writing to a string can't fail.
    // A policy's own files have this table already.
    let aside = if names.taken.is_given { "# " } else { "" };
    if !names.people.is_empty() {
        if names.taken.is_given {
            let _ = writeln!(out, "\n# {FILL_IN}: add these to the policy's own `[people]`.");
        } else {
            out.push_str("\n[people]\n");
        }
    }
    for (kind, table) in &names.people {
        let _ = writeln!(out, "{aside}{kind} = \"{FILL_IN}: who the people in `{}` are\"", escaped(table));
    }
    for (category, fields) in &names.categories {
        let _ = writeln!(out, "\n[data.{category}]");
        if category == "sensitive" {
            let _ = writeln!(
                out,
                "# {FILL_IN}: special = \"health\" or another category of Art. 9, or remove what is none"
            );
        }
        let _ = writeln!(out, "title = \"{}\"", title(category));
        let _ = writeln!(out, "\n[data.{category}.fields]");
        for (field, kind) in fields {
            let _ = writeln!(out, "{field} = \"{kind}\"");
        }
    }
    out
}

/// The purposes: nobody can read them from a database.
pub(super) fn purposes(names: &Names) -> String {
    let mut out = String::new();
    let people: Vec<String> = names.people.keys().map(|kind| format!("\"{kind}\"")).collect();
    let data: Vec<String> = names.categories.keys().map(|category| format!("\"{category}\"")).collect();
    if data.is_empty() {
        return out;
    }
    let _ = writeln!(
        out,
        "\n# {FILL_IN}: why each category is held, on which basis in law, and for how long. One purpose is not\n\
         # enough: split what follows until each has its own basis and period, then take the `# ` away.\n#\n\
         # [purpose.service]\n\
         # title = \"{FILL_IN}\""
    );
    if !people.is_empty() {
        let _ = writeln!(out, "# people = [{}]", people.join(", "));
    }
    let _ = writeln!(
        out,
        "# data = [{}]\n\
         # basis = \"contract\"\n\
         # keep = \"3 years after collection\"",
        data.join(", ")
    );
    out
}

fn title(category: &str) -> String {
    let spaced = category.replace('-', " ");
    let mut letters = spaced.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Text within the quotes of TOML.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::new();
    for sign in text.chars() {
        match sign {
            '"' | '\\' => {
                out.push('\\');
                out.push(sign);
            }
            sign if sign.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(sign))),
            sign => out.push(sign),
        }
    }
    out
}

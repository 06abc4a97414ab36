//! A key store in one file, for one node: a line per key, readable by its owner alone, replaced
//! whole and made durable at each change.
//!
//! What a destroyed key leaves on the disk's free blocks is beyond this file: keep it on an
//! encrypted or a memory-backed disk where that matters. Not here: what the keys are for.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::{KEY_BYTES, KeyName, KeyStore, Secret};
use crate::fault::Fault;

const HEADING: &str = "kept keys 1";

/// A key store in a file.
#[derive(Debug)]
pub struct FileKeys {
    path: PathBuf,
}

impl FileKeys {
    /// The key store in this file, which is made at the first `put`.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    fn fault(&self, reason: impl Into<String>) -> Fault {
        Fault::KeyFile { path: self.path.clone(), reason: reason.into() }
    }

    fn io(&self, error: &std::io::Error) -> Fault {
        self.fault(error.kind().to_string())
    }

    /// Every key by its name; none where the file is not there.
    fn read(&self) -> Result<BTreeMap<String, Secret>, Fault> {
        let mut text = Zeroizing::new(String::new());
        match File::open(&self.path) {
            Ok(mut file) => file.read_to_string(&mut text).map_err(|error| self.io(&error))?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(BTreeMap::new());
            }
            Err(error) => return Err(self.io(&error)),
        };
        let mut lines = text.lines();
        if lines.next() != Some(HEADING) {
            return Err(self.fault(format!("the first line is not `{HEADING}`")));
        }
        lines
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty())
            .map(|(index, line)| {
                key_line(line).ok_or_else(|| self.fault(format!("line {} holds no key", index + 2)))
            })
            .collect()
    }

    /// Changes the file under its lock: read, change, replace.
    fn change<T>(&self, change: impl FnOnce(&mut BTreeMap<String, Secret>) -> (T, bool)) -> Result<T, Fault> {
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or_else(|| Path::new("."));
        fs::create_dir_all(folder).map_err(|error| self.io(&error))?;
        let lock = private(&self.beside("lock"), Made::Kept).map_err(|error| self.io(&error))?;
        lock.lock().map_err(|error| self.io(&error))?;
        let mut keys = self.read()?;
        let (answer, changed) = change(&mut keys);
        if changed {
            self.replace(&keys, folder).map_err(|error| self.io(&error))?;
        }
        Ok(answer)
    }

    fn replace(&self, keys: &BTreeMap<String, Secret>, folder: &Path) -> std::io::Result<()> {
        // Room for all of it at once, so that no copy is left behind by growing.
        let mut text = Zeroizing::new(String::with_capacity(64 + keys.len() * 160));
        text.push_str(HEADING);
        text.push('\n');
        for (name, key) in keys {
            text.push_str(name);
            text.push(' ');
            for byte in key.expose() {
                text.push(digit(byte >> 4));
                text.push(digit(byte & 15));
            }
            text.push('\n');
        }
        let draft = self.beside("new");
        let mut file = private(&draft, Made::Empty)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&draft, &self.path)?;
        File::open(folder)?.sync_all()
    }

    fn beside(&self, ending: &str) -> PathBuf {
        let mut name = self.path.as_os_str().to_owned();
        name.push(".");
        name.push(ending);
        PathBuf::from(name)
    }
}

impl KeyStore for FileKeys {
    fn get(&self, name: KeyName) -> Result<Option<Secret>, Fault> {
        Ok(self.read()?.remove(&name.to_string()))
    }

    fn put(&self, name: KeyName, key: &Secret) -> Result<Secret, Fault> {
        self.change(|keys| {
            let name = name.to_string();
            if let Some(there) = keys.get(&name) {
                return (there.clone(), false);
            }
            keys.insert(name, key.clone());
            (key.clone(), true)
        })
    }

    fn destroy(&self, name: KeyName) -> Result<(), Fault> {
        self.change(|keys| {
            let gone = keys.remove(&name.to_string()).is_some();
            ((), gone)
        })
    }
}

/// What is done about a file that is there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Made {
    /// It is opened as it is.
    Kept,
    /// It is emptied.
    Empty,
    /// It is an error: [`std::io::ErrorKind::AlreadyExists`]. The file itself is not opened.
    New,
}

/// A file that only its owner may read and write.
pub(crate) fn private(path: &Path, made: Made) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true);
    match made {
        Made::New => options.create_new(true),
        Made::Kept | Made::Empty => options.create(true).truncate(made == Made::Empty),
    };
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn digit(nibble: u8) -> char {
    char::from_digit(u32::from(nibble), 16).unwrap_or('0')
}

fn key_line(line: &str) -> Option<(String, Secret)> {
    let (name, hex) = line.trim().split_once(' ')?;
    let mut bytes = Zeroizing::new([0_u8; KEY_BYTES]);
    let mut digits = hex.chars().map(|digit| digit.to_digit(16));
    for byte in bytes.iter_mut() {
        let (high, low) = (digits.next()??, digits.next()??);
        *byte = u8::try_from(high * 16 + low).ok()?;
    }
    if digits.next().is_some() {
        return None;
    }
    Some((name.to_owned(), Secret::from_bytes(bytes.as_ref())?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_was_put_is_read_again_and_the_first_of_two_stays() {
        let folder = tempfile::tempdir().unwrap();
        let keys = FileKeys::new(folder.path().join("keys"));
        assert!(keys.get(KeyName::Lookup).unwrap().is_none());
        let (first, second) = (Secret::random().unwrap(), Secret::random().unwrap());
        keys.put(KeyName::Lookup, &first).unwrap();
        assert_eq!(keys.put(KeyName::Lookup, &second).unwrap(), first);
        let again = FileKeys::new(folder.path().join("keys"));
        assert_eq!(again.get(KeyName::Lookup).unwrap(), Some(first));
    }

    #[test]
    fn a_destroyed_key_is_in_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let keys = FileKeys::new(folder.path().join("keys"));
        let key = Secret::random().unwrap();
        keys.put(KeyName::Epoch(1), &key).unwrap();
        keys.put(KeyName::Sign, &Secret::random().unwrap()).unwrap();
        keys.destroy(KeyName::Epoch(1)).unwrap();
        let hex: String = key.expose().iter().map(|byte| format!("{byte:02x}")).collect();
        for entry in std::fs::read_dir(folder.path()).unwrap() {
            let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
            assert!(!text.contains(&hex));
        }
        assert!(keys.get(KeyName::Sign).unwrap().is_some());
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read_the_key_file() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        FileKeys::new(&path).put(KeyName::Sign, &Secret::random().unwrap()).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_file_that_holds_no_keys_is_refused_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        std::fs::write(&path, "kept keys 1\nlookup 12zz\n").unwrap();
        let fault = FileKeys::new(&path).get(KeyName::Lookup).unwrap_err().to_string();
        assert!(fault.ends_with("line 2 holds no key"), "{fault}");
    }

    #[test]
    fn debug_hides_a_key() {
        let key = Secret::from_bytes(&[7; 32]).unwrap();
        assert_eq!(format!("{key:?}"), "Secret(…)");
    }
}

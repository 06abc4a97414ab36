//! A ZIP archive of uncompressed entries, as an OpenDocument file needs one (APPNOTE 4.3).
//!
//! Dates are always 1 January 1980, so that the same record makes the same bytes.

/// An archive of these entries, in order: name and bytes. `None` beyond 4 GB or 65,535 entries,
/// which the plain format can't say.
pub(super) fn archive(entries: &[(&str, &[u8])]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    for (name, bytes) in entries {
        let offset = u32::try_from(out.len()).ok()?;
        let described = described(name, bytes)?;
        out.extend(0x0403_4b50_u32.to_le_bytes());
        out.extend(&described);
        out.extend(name.as_bytes());
        out.extend(*bytes);
        directory.extend(0x0201_4b50_u32.to_le_bytes());
        directory.extend(20_u16.to_le_bytes());
        directory.extend(&described);
        // No comment, first disk, no attributes.
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let count = u16::try_from(entries.len()).ok()?;
    let start = u32::try_from(out.len()).ok()?;
    let size = u32::try_from(directory.len()).ok()?;
    out.extend(directory);
    out.extend(0x0605_4b50_u32.to_le_bytes());
    out.extend([0; 4]);
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(size.to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0; 2]);
    Some(out)
}

/// What stands of an entry both before it and in the directory: version 2.0, names in UTF-8, not
/// compressed, date, checksum, sizes, length of the name, no extra fields.
fn described(name: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    let size = u32::try_from(bytes.len()).ok()?;
    let mut out = Vec::new();
    for part in [20_u16, 0x0800, 0, 0, 0x0021] {
        out.extend(part.to_le_bytes());
    }
    for part in [checksum(bytes), size, size] {
        out.extend(part.to_le_bytes());
    }
    out.extend(u16::try_from(name.len()).ok()?.to_le_bytes());
    out.extend([0; 2]);
    Some(out)
}

/// CRC-32 (ISO 3309).
fn checksum(bytes: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for byte in bytes {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            let low = sum & 1;
            sum >>= 1;
            if low == 1 {
                sum ^= 0xedb8_8320;
            }
        }
    }
    !sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_one_of_the_standard() {
        assert_eq!(checksum(b"123456789"), 0xcbf4_3926);
        assert_eq!(checksum(b""), 0);
    }
}

//! How a connection to a MariaDB or MySQL server becomes an encrypted one: the server greets in clear, the
//! client asks for encryption, and signs in within it. The driver knows nothing of it, so that its part
//! of the numbering of packets is one behind the server's until it has signed in.
//!
//! Not here: the handshake of TLS, and the way of the bytes afterwards (`tunnel`).

use std::io::{Error, ErrorKind, Read, Result, Write};

/// The bit of a client or server that can encrypt.
const CAN_ENCRYPT: u32 = 1 << 11;

/// Where in a client's answer its abilities end, and what comes before its name.
const HEAD: usize = 32;

/// The longest packet of a sign-in that is taken.
const PACKET_MAX: usize = 1 << 16;

/// One packet: its number, and its content.
pub(super) struct Packet {
    number: u8,
    content: Vec<u8>,
}

impl Packet {
    pub(super) fn read(from: &mut impl Read) -> Result<Self> {
        let mut head = [0; 4];
        from.read_exact(&mut head)?;
        let [low, middle, high, number] = head;
        let length = usize::from(low) | usize::from(middle) << 8 | usize::from(high) << 16;
        if length == 0 || length > PACKET_MAX {
            return Err(ErrorKind::InvalidData.into());
        }
        let mut content = vec![0; length];
        from.read_exact(&mut content)?;
        Ok(Self { number, content })
    }

    pub(super) fn write(&self, to: &mut impl Write) -> Result<()> {
        let [low, middle, high, _] =
            u32::try_from(self.content.len()).map_err(|_| Error::from(ErrorKind::InvalidData))?.to_le_bytes();
        let mut bytes = vec![low, middle, high, self.number];
        bytes.extend(&self.content);
        to.write_all(&bytes)?;
        to.flush()
    }

    /// The same, so many numbers later or earlier.
    pub(super) fn moved(mut self, by: i8) -> Self {
        self.number = self.number.wrapping_add_signed(by);
        self
    }

    /// Whether the server says with it how the sign-in ended.
    pub(super) fn ends(&self) -> bool {
        matches!(self.content.first(), Some(0 | 0xff))
    }

    /// Whether the server says more before the client does: a password that it remembers was right.
    pub(super) fn is_followed(&self) -> bool {
        self.content == [1, 3]
    }

    /// Whether a server that greets so refuses to talk at all.
    pub(super) fn is_refusal(&self) -> bool {
        self.content.first() == Some(&0xff)
    }

    /// The greeting of a server without its offer to encrypt, which the driver would not understand;
    /// `None` where it offers nothing.
    pub(super) fn without_offer(mut self) -> Option<Self> {
        // The version, its text up to a zero, a number of four bytes, eight of salt, a zero.
        let version = self.content.iter().skip(1).position(|byte| *byte == 0)?;
        let at = 1 + version + 1 + 4 + 8 + 1;
        let abilities = self.content.get_mut(at..at + 2)?;
        let low = u16::from_le_bytes(abilities.try_into().ok()?);
        let offer = u16::try_from(CAN_ENCRYPT).ok()?;
        if low & offer == 0 {
            return None;
        }
        abilities.copy_from_slice(&(low & !offer).to_le_bytes());
        Some(self)
    }

    /// What asks for encryption, and what then signs in within it, of a driver's sign-in.
    pub(super) fn asking(mut self) -> Option<(Self, Self)> {
        let abilities = self.content.get_mut(..4)?;
        let asked = u32::from_le_bytes(abilities.try_into().ok()?) | CAN_ENCRYPT;
        abilities.copy_from_slice(&asked.to_le_bytes());
        let head = Self { number: self.number, content: self.content.get(..HEAD)?.to_vec() };
        Some((head, self.moved(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn greeting(low: u16) -> Packet {
        let mut content = vec![10];
        content.extend(b"9.7.4\0");
        content.extend([1, 0, 0, 0]);
        content.extend(b"saltsalt\0");
        content.extend(low.to_le_bytes());
        content.extend([0xff; 20]);
        Packet { number: 0, content }
    }

    #[test]
    fn a_server_that_offers_no_encryption_is_told_from_one_that_does() {
        assert!(greeting(0xf7ff).without_offer().is_none());
        let told = greeting(0xffff).without_offer().unwrap();
        assert_eq!(told.content[20..22], [0xff, 0xf7]);
        let cut = Packet { number: 0, content: vec![10, b'9'] };
        assert!(cut.without_offer().is_none());
    }

    #[test]
    fn the_sign_in_asks_first_and_comes_one_number_later() {
        let mut content = vec![0_u8; HEAD];
        content.extend(b"ann\0");
        let (asking, sign_in) = Packet { number: 1, content }.asking().unwrap();
        assert_eq!((asking.number, asking.content.len(), sign_in.number), (1, HEAD, 2));
        assert_eq!(asking.content[..4], CAN_ENCRYPT.to_le_bytes());
        assert_eq!(sign_in.content[..HEAD], asking.content[..]);
        assert!(Packet { number: 1, content: vec![0; HEAD - 1] }.asking().is_none());
    }

    #[test]
    fn a_packet_is_read_as_it_was_written_and_a_length_of_nothing_or_much_is_refused() {
        let mut bytes = Vec::new();
        Packet { number: 7, content: b"abc".to_vec() }.write(&mut bytes).unwrap();
        let read = Packet::read(&mut bytes.as_slice()).unwrap();
        assert_eq!((read.number, read.content.as_slice()), (7, b"abc".as_slice()));
        assert!(Packet::read(&mut [0, 0, 0, 0].as_slice()).is_err());
        assert!(Packet::read(&mut [0, 0, 2, 0].as_slice()).is_err());
    }
}

//! As much of the zip format as a module proxy needs: files that are stored as they are.

/// A zip of these files, whose bytes depend on nothing but them.
pub(crate) fn zip(files: &[(String, &str)]) -> Vec<u8> {
    let mut archive = Vec::new();
    let mut directory = Vec::new();
    for (name, text) in files {
        let offset = archive.len();
        archive.extend(b"PK\x03\x04");
        describe(&mut archive, name, text);
        archive.extend(name.as_bytes());
        archive.extend(text.as_bytes());

        directory.extend(b"PK\x01\x02");
        put16(&mut directory, 20);
        describe(&mut directory, name, text);
        // No comment, the first disk, no attributes.
        directory.extend([0; 10]);
        put32(&mut directory, offset);
        directory.extend(name.as_bytes());
    }
    let start = archive.len();
    archive.extend(&directory);
    archive.extend(b"PK\x05\x06\0\0\0\0");
    put16(&mut archive, files.len());
    put16(&mut archive, files.len());
    put32(&mut archive, directory.len());
    put32(&mut archive, start);
    put16(&mut archive, 0);
    archive
}

/// What a file's own header and its entry in the directory have in common.
fn describe(out: &mut Vec<u8>, name: &str, text: &str) {
    put16(out, 20);
    // No flags, no compression, and the first day that the format knows.
    put16(out, 0);
    put16(out, 0);
    put16(out, 0);
    put16(out, 0x21);
    out.extend(crc32(text.as_bytes()).to_le_bytes());
    put32(out, text.len());
    put32(out, text.len());
    put16(out, name.len());
    put16(out, 0);
}

fn put16(out: &mut Vec<u8>, number: usize) {
    let number = u16::try_from(number).expect("the files of a case are small");
    out.extend(number.to_le_bytes());
}

fn put32(out: &mut Vec<u8>, number: usize) {
    let number = u32::try_from(number).expect("the files of a case are small");
    out.extend(number.to_le_bytes());
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg());
        }
    }
    !crc
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_sum_is_that_of_the_format() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        assert_eq!(crc32(b""), 0);
    }

    #[test]
    fn the_end_says_where_the_directory_is() {
        let bytes = zip(&[("a".to_owned(), "text"), ("b".to_owned(), "")]);
        let end = &bytes[bytes.len() - 22..];
        assert_eq!(&end[..4], b"PK\x05\x06");
        let start = u32::from_le_bytes(end[16..20].try_into().unwrap()) as usize;
        assert_eq!(&bytes[start..start + 4], b"PK\x01\x02");
    }
}

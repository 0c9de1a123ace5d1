//! Passwords made by chance: easy to read aloud and to type, 77 bits.

use crate::failure::Failure;

/// Letters and digits that are not mistaken for each other.
const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789x";

/// A new password, four groups of four.
pub(crate) fn generate() -> Result<String, Failure> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|e| Failure::Failed(anyhow::anyhow!("no random numbers: {e}")))?;
    let mut out = String::with_capacity(19);
    for (i, byte) in bytes.iter().enumerate() {
        if i > 0 && i % 4 == 0 {
            out.push('-');
        }
        // 32 letters divide 256, so each is as likely as any other.
        out.push(char::from(LETTERS[usize::from(byte % 32)]));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    #[test]
    fn passwords_differ_and_have_their_form() {
        let made: std::collections::HashSet<String> = (0..100).map(|_| super::generate().unwrap()).collect();
        assert_eq!(made.len(), 100);
        assert!(made.iter().all(|p| p.len() == 19 && p.split('-').all(|g| g.len() == 4)));
    }
}

//! Any bytes as the hours of a day and as a batch of the journal: read or refused, and what was read is written the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tingzhou_city::{Moment, batch, hours};

fuzz_target!(|bytes: &[u8]| {
    let Some(day) = Moment::from_millis(1_772_294_400_000) else { return };
    if let Ok(rows) = hours::read(day, bytes) {
        let again = hours::write(day, &rows);
        assert_eq!(hours::read(day, &again).as_ref(), Ok(&rows), "hours written again");
    }
    // A checksum that fits is rare by chance, so it is given.
    let Some((body, _)) = bytes.split_at_checked(bytes.len().saturating_sub(4)) else { return };
    let mut whole = body.to_vec();
    whole.extend(crc32fast::hash(body).to_le_bytes());
    if let Ok(rows) = batch::read(&whole) {
        assert_eq!(batch::read(&batch::write(&rows)).as_ref(), Ok(&rows), "a batch written again");
    }
});

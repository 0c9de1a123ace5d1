//! In which unit a task takes what a measure comes to.

use tingzhou_measures::unit_for;

#[test]
fn units() {
    let check = |unit: &str, target: &str, expected: Option<&str>| {
        assert_eq!(unit_for(unit, target).as_deref(), expected, "{unit} for {target}");
    };
    check("天", "天", Some("天"));
    check("万人次", "人次", Some("万人次"));
    check("", "", Some(""));
    // Words that only count stand for each other.
    check("台", "个", Some("个"));
    check("个", "台", Some("台"));
    check(" 个 ", "处", Some("处"));
    // Two of them are not compared with each other, and no multiple is lost.
    check("台", "座", None);
    check("万个", "台", None);
    check("万台", "个", None);
    // Other things are other things.
    check("个", "人", None);
    check("户", "个", None);
    check("%", "个", None);
    check("", "个", None);
    check("公里", "米", None);
}

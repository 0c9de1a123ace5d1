//! The normal distribution.

/// The 95 % point of the standard normal distribution: an interval of 90 % reaches so many deviations to either side.
pub(super) const NINETY: f64 = 1.644_853_627;

/// The standard normal distribution function.
pub(super) fn probability_below(x: f64) -> f64 {
    0.5 * libm::erfc(-x / std::f64::consts::SQRT_2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_points() {
        let check = |x: f64, expected: f64| assert!((probability_below(x) - expected).abs() < 1e-8, "{x}");
        check(0.0, 0.5);
        check(NINETY, 0.95);
        check(-NINETY, 0.05);
        check(1.959_963_985, 0.975);
        check(-3.0, 0.001_349_898);
        check(40.0, 1.0);
        check(-40.0, 0.0);
    }
}

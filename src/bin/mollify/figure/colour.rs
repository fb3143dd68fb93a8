//! Colours: the Okabe-Ito palette, distinguishable with any colour vision, and two colour maps.
//!
//! Source of the palette: M. Okabe, K. Ito, Color Universal Design (2008). The sequential map is viridis, whose lightness
//! rises all the way, so it reads in grey; the diverging one goes from blue over white to vermillion.

/// A colour in sRGB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour {
    /// Red, 0 to 255.
    pub red: u8,
    /// Green, 0 to 255.
    pub green: u8,
    /// Blue, 0 to 255.
    pub blue: u8,
}

const fn rgb(hex: u32) -> Colour {
    let [_, red, green, blue] = hex.to_be_bytes();
    Colour { red, green, blue }
}

impl Colour {
    /// First of the palette.
    pub const BLUE: Colour = rgb(0x00_72B2);
    /// Second of the palette.
    pub const VERMILLION: Colour = rgb(0xD5_5E00);
    /// Third of the palette.
    pub const GREEN: Colour = rgb(0x00_9E73);
    /// Fourth of the palette.
    pub const PURPLE: Colour = rgb(0xCC_79A7);
    /// Fifth of the palette.
    pub const ORANGE: Colour = rgb(0xE6_9F00);
    /// Sixth of the palette.
    pub const SKY: Colour = rgb(0x56_B4E9);
    /// Seventh of the palette.
    pub const BLACK: Colour = rgb(0x00_0000);
    /// Last of the palette, because it is faint on white.
    pub const YELLOW: Colour = rgb(0xF0_E442);
    /// For walls, floors and what is not to be compared.
    pub const GREY: Colour = rgb(0x80_8080);
    /// Lighter than [`Colour::GREY`].
    pub const LIGHT_GREY: Colour = rgb(0xD9_D9D9);
    /// Paper.
    pub const WHITE: Colour = rgb(0xFF_FFFF);
    /// Axes and text.
    pub(super) const INK: Colour = rgb(0x26_2626);

    /// The palette, in the order in which series take it.
    pub const PALETTE: [Colour; 8] = [
        Colour::BLUE,
        Colour::VERMILLION,
        Colour::GREEN,
        Colour::PURPLE,
        Colour::ORANGE,
        Colour::SKY,
        Colour::BLACK,
        Colour::YELLOW,
    ];

    /// `#rrggbb`
    pub(super) fn css(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }

    fn mixed(self, other: Colour, share: f64) -> Colour {
        let mix =
            |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * share).round() as u8;
        Colour {
            red: mix(self.red, other.red),
            green: mix(self.green, other.green),
            blue: mix(self.blue, other.blue),
        }
    }
}

/// How a heat map turns numbers into colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColourMap {
    /// From dark to light: the least number is the darkest.
    #[default]
    Sequential,
    /// Blue below 0, white at 0, vermillion above; symmetric about 0.
    Diverging,
}

const VIRIDIS: [Colour; 9] = [
    rgb(0x44_0154),
    rgb(0x47_2D7B),
    rgb(0x3B_528B),
    rgb(0x2C_728E),
    rgb(0x21_918C),
    rgb(0x28_AE80),
    rgb(0x5E_C962),
    rgb(0xAD_DC30),
    rgb(0xFD_E725),
];

impl ColourMap {
    /// The colour of a share from 0 to 1 of the range.
    pub(super) fn colour(self, share: f64) -> Colour {
        let stops: &[Colour] = match self {
            ColourMap::Sequential => &VIRIDIS,
            ColourMap::Diverging => &[Colour::BLUE, Colour::WHITE, Colour::VERMILLION],
        };
        let place = share.clamp(0.0, 1.0) * (stops.len() - 1) as f64;
        let below = (place as usize).min(stops.len() - 2);
        stops[below].mixed(stops[below + 1], place - below as f64)
    }
}

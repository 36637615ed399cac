use super::*;
use image::{GrayImage, ImageFormat, LumaA, Rgb, RgbImage};

/// A picture that is dark at the left and light at the right, wider than high.
fn sample() -> GrayImage {
    GrayImage::from_fn(40, 20, |x, _| image::Luma([if x < 20 { 10 } else { 240 }]))
}

fn encode(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A TIFF of two pages, 2 × 1 points each, uncompressed: directories follow each other, as 6.0 has it.
fn two_pages() -> Vec<u8> {
    let mut tiff = b"II*\0\x08\0\0\0".to_vec();
    let directory = |at: u32, next: u32, points: u32| {
        let entry = |tag: u16, kind: u16, value: u32| {
            [&tag.to_le_bytes()[..], &kind.to_le_bytes(), &1_u32.to_le_bytes(), &value.to_le_bytes()].concat()
        };
        let entries = [
            (256, 3, 2),
            (257, 3, 1),
            (258, 3, 8),
            (259, 3, 1),
            (262, 3, 1),
            (273, 4, points),
            (277, 3, 1),
            (278, 3, 1),
            (279, 4, 2),
        ];
        let mut bytes = 9_u16.to_le_bytes().to_vec();
        bytes.extend(entries.iter().flat_map(|(tag, kind, value)| entry(*tag, *kind, *value)));
        bytes.extend(next.to_le_bytes());
        assert_eq!(bytes.len() as u32 + at, at + 114);
        bytes
    };
    tiff.extend(directory(8, 122, 236));
    tiff.extend(directory(122, 0, 238));
    tiff.extend([1, 2, 200, 201]);
    tiff
}

#[test]
fn every_kind_of_picture_comes_out_grey() {
    let rgb = DynamicImage::from(sample()).to_rgb8();
    for format in [
        ImageFormat::Png,
        ImageFormat::Jpeg,
        ImageFormat::Bmp,
        ImageFormat::Gif,
        ImageFormat::Tiff,
        ImageFormat::WebP,
    ] {
        let image = if format == ImageFormat::Gif {
            DynamicImage::from(rgb.clone()).to_rgba8().into()
        } else {
            rgb.clone().into()
        };
        let grey = decode(&encode(&image, format), 1 << 20).unwrap();
        assert_eq!((grey.width, grey.height), (40, 20), "{format:?}");
        assert!(grey.points[45] < 40 && grey.points[75] > 210, "{format:?}");
    }
}

#[test]
fn a_jpeg_is_turned_as_its_camera_says() {
    let jpeg = encode(&sample().into(), ImageFormat::Jpeg);
    let turned = |orientation: u8| {
        let exif = [
            b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".as_slice(),
            &[orientation],
            b"\0\0\0\0\0\0",
        ]
        .concat();
        let length = (exif.len() as u16 + 2).to_be_bytes();
        let bytes = [&jpeg[..2], b"\xff\xe1", &length, &exif, &jpeg[2..]].concat();
        let grey = decode(&bytes, 1 << 20).unwrap();
        let dark = |x: u32, y: u32| grey.points[(y * grey.width + x) as usize] < 128;
        (grey.width, grey.height, dark(0, 0), dark(grey.width - 1, 0), dark(0, grey.height - 1))
    };
    assert_eq!(turned(1), (40, 20, true, false, true));
    assert_eq!(turned(3), (40, 20, false, true, false));
    assert_eq!(turned(6), (20, 40, true, true, false));
    assert_eq!(turned(8), (20, 40, false, false, true));
}

#[test]
fn what_is_transparent_is_paper_and_white_letters_get_a_black_one() {
    let on = |ink: u8| {
        let image = image::GrayAlphaImage::from_fn(40, 20, |x, _| LumaA([ink, if x < 20 { 255 } else { 0 }]));
        decode(&encode(&image.into(), ImageFormat::Png), 1 << 20).unwrap().points
    };
    assert_eq!((on(0)[0], on(0)[39]), (0, 255));
    assert_eq!((on(255)[0], on(255)[39]), (255, 0));
}

#[test]
fn more_points_than_allowed_are_refused_before_they_are_made() {
    let png = encode(&RgbImage::from_pixel(100, 100, Rgb([9; 3])).into(), ImageFormat::Png);
    assert_eq!(decode(&png, 9_999), Err(Unread::TooLarge));
    // A header that claims 60,000 × 60,000 points.
    let mut bomb = png;
    bomb[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
    let crc = bomb[12..29].iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 },
        )
    });
    bomb[29..33].copy_from_slice(&(!crc).to_be_bytes());
    assert_eq!(decode(&bomb, 100_000_000), Err(Unread::TooLarge));
}

#[test]
fn pages_of_a_tiff_are_found_and_a_ring_of_them_ends() {
    let tiff = two_pages();
    let pages = tiff_pages(&tiff, 10);
    assert_eq!(pages, [Some(8_u32.to_le_bytes()), Some(122_u32.to_le_bytes())]);
    let mut second = tiff.clone();
    second[4..8].copy_from_slice(&pages[1].unwrap());
    assert_eq!(decode(&tiff, 10).unwrap().points, [1, 2]);
    assert_eq!(decode(&second, 10).unwrap().points, [200, 201]);
    let mut ring = tiff.clone();
    ring[232..236].copy_from_slice(&8_u32.to_le_bytes());
    assert_eq!(tiff_pages(&ring, 10).len(), 2);
    assert_eq!(tiff_pages(&tiff, 1).len(), 1);
    for cut in 0..tiff.len() {
        assert!(!tiff_pages(&tiff[..cut], 10).is_empty(), "cut at {cut}");
        let _ = decode(&tiff[..cut], 10);
    }
}

#[test]
fn a_picture_cut_or_flipped_anywhere_is_no_panic() {
    let rgb: DynamicImage = DynamicImage::from(sample()).to_rgb8().into();
    for format in
        [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Bmp, ImageFormat::Tiff, ImageFormat::WebP]
    {
        let bytes = encode(&rgb, format);
        for at in 0..bytes.len() {
            let _ = decode(&bytes[..at], 1 << 20);
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << (at % 8);
            let _ = decode(&flipped, 1 << 20);
        }
    }
}

#[test]
fn of_two_reasons_the_one_that_can_be_helped_is_told() {
    assert_eq!(worse(None, Unread::Illegible), Unread::Illegible);
    assert_eq!(worse(Some(Unread::Illegible), Unread::NoOcr), Unread::NoOcr);
    assert_eq!(worse(Some(Unread::TooLarge), Unread::Damaged), Unread::TooLarge);
}

#[test]
fn a_large_scan_is_made_smaller_and_keeps_its_shape() {
    let large = GrayImage::from_fn(4960, 200, |x, _| image::Luma([if x < 2480 { 10 } else { 240 }]));
    let grey = decode(&encode(&large.into(), ImageFormat::Png), 1 << 20).unwrap();
    assert_eq!((grey.width, grey.height), (2600, 104));
    assert!(grey.points[100] < 40 && grey.points[2500] > 210);
}

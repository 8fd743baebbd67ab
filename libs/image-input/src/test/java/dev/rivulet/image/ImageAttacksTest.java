// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.image;

import static dev.rivulet.image.HostileImages.bmp;
import static dev.rivulet.image.HostileImages.broken;
import static dev.rivulet.image.HostileImages.chunk;
import static dev.rivulet.image.HostileImages.cut;
import static dev.rivulet.image.HostileImages.fixture;
import static dev.rivulet.image.HostileImages.gif;
import static dev.rivulet.image.HostileImages.gifFrame;
import static dev.rivulet.image.HostileImages.joined;
import static dev.rivulet.image.HostileImages.jpegOf;
import static dev.rivulet.image.HostileImages.jpegOfScans;
import static dev.rivulet.image.HostileImages.jpegWith;
import static dev.rivulet.image.HostileImages.packed;
import static dev.rivulet.image.HostileImages.png;
import static dev.rivulet.image.HostileImages.text;
import static dev.rivulet.image.HostileImages.webp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.management.ThreadMXBean;
import dev.rivulet.image.ImageRefusedException.Reason;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Files made to hurt: refused with a reason and a clear word, in bounded time and memory. */
class ImageAttacksTest {

    /** What one refusal may allocate, beside copies of the file itself. */
    private static final long MOST_BYTES = 8L << 20;

    private static final long MOST_NANOS = 10_000_000_000L;

    private final ImageInput input = new ImageInput(ImageLimits.DEFAULT);

    private record Attack(String name, byte[] file, Reason reason, String says) {}

    @TestFactory
    Stream<DynamicTest> everyAttackIsRefused() {
        return attacks().stream().map(attack -> DynamicTest.dynamicTest(attack.name(), () -> refuse(attack)));
    }

    private void refuse(Attack attack) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        long start = System.nanoTime();
        ImageRefusedException refusal =
                catchThrowableOfType(ImageRefusedException.class, () -> input.read(attack.file()));
        long taken = System.nanoTime() - start;
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(refusal).as("it is refused").isNotNull();
        assertThat(refusal.reason()).as(refusal.getMessage()).isEqualTo(attack.reason());
        assertThat(refusal).hasMessageContaining(attack.says());
        assertThat(allocated).isLessThan(MOST_BYTES + 4L * attack.file().length);
        assertThat(taken).isLessThan(MOST_NANOS);
    }

    private static List<Attack> attacks() {
        List<Attack> attacks = new ArrayList<>(ofOtherKinds());
        attacks.addAll(bombs());
        attacks.addAll(cutOff());
        attacks.addAll(corruptPng());
        attacks.addAll(corrupt());
        attacks.addAll(polyglots());
        return attacks;
    }

    private static Attack other(String name, byte[] file) {
        return new Attack(name, file, Reason.FORMAT, "send a PNG, JPEG, GIF, WebP or BMP");
    }

    private static List<Attack> ofOtherKinds() {
        return List.of(
                other("nothing", new byte[0]),
                other("one byte", new byte[] {(byte) 0x89}),
                other("text", text("hello")),
                other(
                        "a drawing that is a program",
                        text("<svg onload=alert(1)><image href='file:///etc/passwd'/></svg>")),
                other(
                        "a drawing with entities",
                        text("<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>")),
                other("a page", text("<html><script>alert(1)</script>")),
                other("an archive", text("PK\u0003\u0004")),
                other("a document", text("%PDF-1.7")),
                other("PostScript", text("%!PS-Adobe-3.0")),
                other("a program", text("\u007fELF")),
                other("TIFF", text("II*\0")),
                other("an icon", new byte[] {0, 0, 1, 0, 1, 0}),
                other("Photoshop", text("8BPS\0\1")),
                other("AVIF", text("\0\0\0\u0020ftypavif")),
                other("RIFF of sound", joined(text("RIFF"), new byte[4], text("WAVE"))),
                other("a URL", text("http://169.254.169.254/latest/meta-data")),
                other("JPEG XL", new byte[] {(byte) 0xff, 0x0a, 0, 0}));
    }

    private static Attack bomb(String name, byte[] file, String says) {
        return new Attack(name, file, Reason.SIZE, says);
    }

    private static List<Attack> bombs() {
        byte[] frames = new byte[0];
        for (int i = 0; i < 1100; i++) {
            frames = joined(frames, gifFrame(0, 0, 1, 1));
        }
        return List.of(
                bomb("64k by 64k PNG", png(65_535, 65_535, 8, 2, 1000), "a side has at most"),
                bomb("2^31 by 2^31 PNG", png(Integer.MAX_VALUE, Integer.MAX_VALUE, 8, 2, 1000), "a side has at most"),
                bomb("a long thin PNG", png(1, 2_000_000, 8, 0, 1000), "a side has at most"),
                bomb("16k by 16k PNG of zeros", png(16_000, 16_000, 1, 0, 16_000L * 2001), "at most 16000000 together"),
                bomb("4k by 4k PNG in few bytes", png(4000, 4000, 1, 0, 4000L * 501), "decompression bomb"),
                bomb("64k by 64k JPEG", jpegOf(65_000, 65_000), "a side has at most"),
                bomb("8k by 8k JPEG in few bytes", jpegOf(8000, 8000), "at most 16000000 together"),
                bomb("64k by 64k GIF", gif(65_535, 65_535, gifFrame(0, 0, 65_535, 65_535)), "a side has at most"),
                bomb("5k by 5k GIF", gif(5000, 5000, gifFrame(0, 0, 1, 1)), "at most 16000000 together"),
                bomb("a GIF of 1100 frames", gif(1, 1, frames), "more than 1000 frames"),
                bomb("2^31 BMP", bmp(Integer.MAX_VALUE, Integer.MIN_VALUE + 1, 24, 0, 0), "a side has at most"),
                bomb("16k by 16k WebP", webp("VP8L", new byte[] {0x2f, -1, -1, -1, 0x0f}), "at most 16000000 together"),
                bomb("nine megabytes", joined(fixture("rgb.png"), new byte[9 << 20]), "at most 8388608 are read"));
    }

    private static Attack bad(String name, byte[] file, String says) {
        return new Attack(name, file, Reason.MALFORMED, says);
    }

    private static List<Attack> cutOff() {
        List<Attack> attacks = new ArrayList<>();
        for (String name : List.of("rgb.png", "rgb.jpg", "progressive.jpg", "rgb.gif", "lossless.webp", "lossy.webp")) {
            attacks.add(bad("half of " + name, cut(fixture(name), 0.5), "cut off"));
            attacks.add(bad("nearly all of " + name, cut(fixture(name), 0.98), "cut off"));
        }
        attacks.add(bad("half of rgb.bmp", cut(fixture("rgb.bmp"), 0.5), "can't be decoded"));
        attacks.add(bad("a PNG that ends in a length", Arrays.copyOf(fixture("rgb.png"), 10), "cut off"));
        return attacks;
    }

    private static List<Attack> corruptPng() {
        byte[] png = fixture("rgb.png");
        return List.of(
                bad("a PNG with a broken chunk", broken(png, png.length / 2), "checksum is wrong"),
                bad(
                        "a PNG with a chunk of 2^31 bytes",
                        png(1, 1, 8, 2, 4, new byte[] {127, -1, -1, -1, 'a', 'b', 'c', 'd'}),
                        "cut off"),
                bad("a PNG of no width", png(0, 5, 8, 2, 4), "the width of the image is 0"),
                bad(
                        "a PNG without pixels",
                        joined(text(PngFile.MAGIC), HostileImages.ihdr(1, 1, 8, 2), chunk("IEND", new byte[0])),
                        "no pixels"),
                bad(
                        "a PNG that begins with pixels",
                        joined(text(PngFile.MAGIC), chunk("IDAT", packed(4)), chunk("IEND", new byte[0])),
                        "begin with its header"),
                bad("a PNG with fewer pixels than it says", png(50, 50, 8, 2, 100), "can't be decoded"),
                bad("a PNG of a depth that there isn't", png(5, 5, 3, 2, 100), "can't be decoded"),
                bad(
                        "a PNG whose pixels are no deflate",
                        joined(
                                text(PngFile.MAGIC),
                                HostileImages.ihdr(5, 5, 8, 2),
                                chunk("IDAT", text("not packed")),
                                chunk("IEND", new byte[0])),
                        "can't be decoded"));
    }

    private static List<Attack> corrupt() {
        byte[] webp = fixture("lossless.webp");
        return List.of(
                bad("a JPEG of a thousand scans", jpegOfScans(1000), "more than 100 times"),
                bad(
                        "a JPEG with two frames",
                        joined(
                                Arrays.copyOf(fixture("rgb.jpg"), 2),
                                frameOf(fixture("rgb.jpg")),
                                Arrays.copyOfRange(fixture("rgb.jpg"), 2, fixture("rgb.jpg").length)),
                        "two frames"),
                bad(
                        "a JPEG with a segment of length 0",
                        joined(new byte[] {-1, (byte) 0xd8, -1, (byte) 0xe0, 0, 0}),
                        "has the length 0"),
                bad("a JPEG of nothing", new byte[] {-1, (byte) 0xd8, -1, (byte) 0xd9}, "no pixels"),
                new Attack("a JPEG with arithmetic coding", jpegMarked(0xc9), Reason.UNSUPPORTED, "arithmetic-coded"),
                new Attack("a lossless JPEG", jpegMarked(0xc3), Reason.UNSUPPORTED, "lossless"),
                bad(
                        "a GIF whose frame is larger than it",
                        gif(2, 2, gifFrame(0, 0, 60_000, 60_000)),
                        "beyond its canvas"),
                bad("a GIF with an unknown block", gif(2, 2, new byte[] {0x42}), "unknown block"),
                bad("a GIF without a frame", gif(2, 2), "no frame"),
                new Attack("a BMP that wraps a PNG", bmp(1, 1, 24, 5, 0), Reason.UNSUPPORTED, "compression 5"),
                bad("a BMP of 2^31 colours", bmp(1, 1, 8, 0, Integer.MAX_VALUE), "colours"),
                bad(
                        "a WebP that tells two sizes",
                        joined(
                                Arrays.copyOf(webp, 4),
                                size(webp.length + 10),
                                text("WEBPVP8X"),
                                size(10),
                                new byte[] {0, 0, 0, 0, 1, 0, 0, 1, 0, 0},
                                Arrays.copyOfRange(webp, 12, webp.length)),
                        "two sizes"),
                bad("a WebP of nothing", webp("XXXX", new byte[4]), "no picture"),
                new Attack("a WebP that moves", webp("ANMF", new byte[32]), Reason.UNSUPPORTED, "animation"));
    }

    private static byte[] size(int value) {
        return new byte[] {(byte) value, (byte) (value >> 8), (byte) (value >> 16), (byte) (value >> 24)};
    }

    private static byte[] frameOf(byte[] jpeg) {
        int at = HostileImages.find(jpeg, 0xc0);
        return Arrays.copyOfRange(jpeg, at, at + 19);
    }

    private static byte[] jpegMarked(int marker) {
        byte[] jpeg = fixture("rgb.jpg").clone();
        jpeg[HostileImages.find(jpeg, 0xc0) + 1] = (byte) marker;
        return jpeg;
    }

    private static List<Attack> polyglots() {
        byte[] page = text("<html><script>alert(1)</script></html>");
        return List.of(
                bad("PNG and a page", joined(fixture("rgb.png"), page), "send the image alone"),
                bad("GIF and an archive", joined(fixture("rgb.gif"), text("PK\u0003\u0004")), "send the image alone"),
                bad("WebP and a page", joined(fixture("lossy.webp"), page), "send the image alone"),
                bad("JPEG and an archive", joined(fixture("rgb.jpg"), text("PK\u0003\u0004")), "another file follows"),
                bad("JPEG and a page", joined(fixture("rgb.jpg"), text("\n\n"), page), "another file follows"),
                bad("JPEG and a document", joined(fixture("rgb.jpg"), text("%PDF-1.7")), "another file follows"));
    }

    @Test
    void whatHidesInNotesNeverReachesADecoder() {
        byte[] loop = text("Exif\0\0II*\0\u0008\0\0\0\1\0\u0012\1\3\0\1\0\0\0\6\0\0\0\u0008\0\0\0");
        byte[] bomb = packed(200L << 20);
        assertThatCode(() -> input.read(jpegWith(0xe1, loop))).doesNotThrowAnyException();
        assertThatCode(() -> input.read(jpegWith(0xe2, text("ICC_PROFILE\0\1\1 broken"))))
                .doesNotThrowAnyException();
        byte[] notes = png(
                2,
                2,
                8,
                3,
                6,
                chunk("iCCP", joined(text("x\0\0"), bomb)),
                chunk("PLTE", new byte[] {1, 2, 3}),
                chunk("zTXt", joined(text("x\0\0"), bomb)),
                chunk("iTXt", joined(text("x\0\1\0\0\0"), bomb)));
        assertThatCode(() -> input.read(notes)).doesNotThrowAnyException();
    }

    @Test
    void orientationsThatPointInCirclesOrOutsideAreUpright() throws Exception {
        for (int offset : new int[] {0, 4, 8, 9, 1_000_000, -1, Integer.MAX_VALUE}) {
            byte[] exif = joined(text("Exif\0\0II*\0"), size(offset), new byte[] {-1, -1, 0x12, 1});
            assertThat(input.header(jpegWith(0xe1, exif)).orientation()).isEqualTo(1);
        }
    }

    @Test
    void changedFilesAreReadOrRefusedAndNothingElse() {
        SplittableRandom random = new SplittableRandom(20261127);
        List<String> names = List.of(
                "rgb.png",
                "palette.png",
                "rgba.png",
                "rgb.jpg",
                "progressive.jpg",
                "cmyk.jpg",
                "rgb.gif",
                "film.gif",
                "lossless.webp",
                "lossy.webp",
                "lossless-alpha.webp",
                "rgb.bmp",
                "palette.bmp");
        for (int run = 0; run < 2000; run++) {
            byte[] file = fixture(names.get(run % names.size())).clone();
            for (int i = random.nextInt(1, 6); i > 0; i--) {
                file[random.nextInt(file.length)] = (byte) random.nextInt(256);
            }
            byte[] changed = random.nextInt(4) == 0 ? Arrays.copyOf(file, random.nextInt(file.length)) : file;
            try {
                assertThat(input.frames(changed, 4)).isNotEmpty();
            } catch (ImageRefusedException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }

    @Test
    void urlsThatAreNoDataAreRefused() {
        for (String url : List.of(
                "",
                "data:",
                "data:,x",
                "data:image/png,abc",
                "data:image/png;base64,@@@@",
                "data:;;;;base64,AAAA",
                "data:image/png;base64",
                "data:" + "x".repeat(1000) + ";base64,AAAA",
                "http://127.0.0.1/",
                "file:///etc/passwd",
                "data:image/png;charset=\r\n;base64,AAAA")) {
            assertThat(catchThrowableOfType(ImageRefusedException.class, () -> DataUrl.bytes(url, 100)))
                    .as(url)
                    .isNotNull();
        }
        String large = "data:image/png;base64," + "A".repeat(1000);
        assertThat(catchThrowableOfType(ImageRefusedException.class, () -> DataUrl.bytes(large, 100))
                        .reason())
                .isEqualTo(Reason.SIZE);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audio;

import dev.rivulet.audio.AudioReading.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Files that were made to hurt a reader: what they are, and why each is refused. */
final class Attacks {

    /**
     * One file.
     *
     * @param name what it is
     * @param reason why it must be refused
     */
    record Attack(String name, Reason reason, byte[] bytes) {

        @Override
        public String toString() {
            return name;
        }
    }

    private Attacks() {}

    static List<Attack> all() {
        return Stream.of(strangers(), wavFiles(), flacFiles(), oggFiles(), mp3Files())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Attack> strangers() {
        return List.of(
                new Attack("nothing", Reason.EMPTY, new byte[0]),
                new Attack("one byte", Reason.UNKNOWN_KIND, new byte[1]),
                new Attack("text that calls itself audio", Reason.UNKNOWN_KIND, ascii("audio/wav; this is a song")),
                new Attack("a page of HTML", Reason.UNKNOWN_KIND, ascii("<!doctype html><script>alert(1)</script>")),
                new Attack("a program", Reason.UNKNOWN_KIND, ascii("\u007fELF\u0002\u0001\u0001" + "\0".repeat(400))),
                new Attack("a picture", Reason.UNKNOWN_KIND, ascii("\u0089PNG\r\n\u001a\n" + "\0".repeat(400))),
                new Attack("a film in MP4", Reason.UNKNOWN_KIND, ascii("\0\0\0\u0020ftypisom" + "\0".repeat(400))),
                new Attack("zip of 64 MiB of zeros", Reason.UNKNOWN_KIND, zip(64)),
                new Attack("gzip of zeros", Reason.UNKNOWN_KIND, gzip()),
                new Attack("more bytes than are allowed", Reason.TOO_LARGE, new byte[(1 << 20) + 1]),
                new Attack("a list that names a file", Reason.UNKNOWN_KIND, ascii("#EXTM3U\nfile:///etc/passwd\n")));
    }

    private static List<Attack> wavFiles() {
        return List.of(
                new Attack("WAV cut off in its header", Reason.DAMAGED, cut("glide.wav", 20)),
                new Attack("WAV cut off in its samples", Reason.DAMAGED, cut("glide.wav", 9_000)),
                new Attack("WAV whose chunk is 4 GiB", Reason.DAMAGED, wav(b -> b.putInt(16, -2))),
                new Attack("WAV with 65535 channels", Reason.DAMAGED, wav(b -> b.putShort(22, (short) -1))),
                new Attack(
                        "WAV with 255 channels that fit",
                        Reason.TOO_LARGE,
                        wav(b -> b.putShort(22, (short) 255).putShort(32, (short) 510))),
                new Attack(
                        "WAV with no channel",
                        Reason.DAMAGED,
                        wav(b -> b.putShort(22, (short) 0).putShort(32, (short) 0))),
                new Attack("WAV of 4 billion samples a second", Reason.UNSUPPORTED, wav(b -> b.putInt(24, -1))),
                new Attack("WAV of 0 samples a second", Reason.UNSUPPORTED, wav(b -> b.putInt(24, 0))),
                new Attack(
                        "WAV of 2 billion samples a second",
                        Reason.TOO_LARGE,
                        wav(b -> b.putInt(24, Integer.MAX_VALUE))),
                new Attack("WAV with samples of no bits", Reason.UNSUPPORTED, wav(b -> b.putShort(34, (short) 0))),
                new Attack("WAV with a codec of its own", Reason.UNSUPPORTED, wav(b -> b.putShort(20, (short) 0x55))),
                new Attack("WAV without a sample", Reason.EMPTY, Arrays.copyOf(wav(b -> b.putInt(40, 0)), 44)),
                new Attack("WAV of a thousand tiny chunks and no data", Reason.DAMAGED, chunks()),
                new Attack("WAV of numbers that are none", Reason.DAMAGED, notNumbers()),
                new Attack("WAV longer than is allowed", Reason.TOO_LONG, longWav()),
                new Attack(
                        "WAV that is a zip behind its header", Reason.DAMAGED, joined(cut("glide.wav", 36), zip(1))));
    }

    private static List<Attack> flacFiles() {
        return List.of(
                new Attack("FLAC cut off in its description", Reason.DAMAGED, cut("s24-16000.flac", 30)),
                new Attack("FLAC cut off in its frames", Reason.DAMAGED, cut("s24-16000.flac", 6_000)),
                new Attack(
                        "FLAC that declares 68 billion frames",
                        Reason.TOO_LONG,
                        flac(b -> b.putInt(22, -1).put(21, (byte) (b.get(21) | 0x0F)))),
                new Attack("FLAC with more frames than it declares", Reason.DAMAGED, flac(b -> b.putInt(22, 5_000))),
                new Attack(
                        "FLAC whose picture is 16 MiB",
                        Reason.DAMAGED,
                        flac(b -> b.put(42, (byte) 6).put(43, (byte) -1))),
                new Attack(
                        "FLAC of 32 bits",
                        Reason.UNSUPPORTED,
                        flac(b -> b.put(20, (byte) (b.get(20) | 1)).put(21, (byte) 0xF0))),
                new Attack("FLAC without a frame", Reason.DAMAGED, ascii("fLaC")),
                new Attack("FLAC that is silence of years", Reason.TOO_LONG, FlacBomb.silence()));
    }

    private static List<Attack> oggFiles() {
        return List.of(
                new Attack("Ogg cut off in a page", Reason.DAMAGED, cut("vorbis-16000.ogg", 3_000)),
                new Attack("Ogg with a bit changed", Reason.DAMAGED, changed("vorbis-16000.ogg", 3_000)),
                new Attack("Ogg of pages of nothing", Reason.UNSUPPORTED, Ogg.pages(new byte[0], new byte[0])),
                new Attack("Ogg of a codec nobody knows", Reason.UNSUPPORTED, Ogg.pages(ascii("\u0080theora........"))),
                new Attack(
                        "Ogg of two streams",
                        Reason.UNSUPPORTED,
                        joined(Fixtures.bytes("vorbis-16000.ogg"), Fixtures.bytes("opus-16000.opus"))),
                new Attack(
                        "Vorbis whose code book is 16 million entries",
                        Reason.DAMAGED,
                        Ogg.vorbis(setup(0xFFFFFF, 1, 0))),
                new Attack("Vorbis whose code book is 256 MiB", Reason.DAMAGED, Ogg.vorbis(setup(1 << 14, 4096, 1))),
                new Attack("Vorbis of 255 channels", Reason.TOO_LARGE, Ogg.vorbis(255)),
                new Attack(
                        "Vorbis with blocks of 32768", Reason.DAMAGED, Ogg.pages(Ogg.vorbisHead(1, 0xFF), ascii("x"))),
                new Attack("Opus cut off after its header", Reason.DAMAGED, Ogg.pages(Ogg.opusHead(1))),
                new Attack("Opus of 200 channels", Reason.UNSUPPORTED, Ogg.pages(Ogg.opusHead(200), ascii("OpusTags"))),
                new Attack(
                        "Opus whose packets are empty",
                        Reason.DAMAGED,
                        Ogg.pages(Ogg.opusHead(1), ascii("OpusTags"), new byte[0])),
                new Attack("Opus of hours in a megabyte", Reason.DAMAGED, Ogg.opusBomb()));
    }

    private static List<Attack> mp3Files() {
        return List.of(
                new Attack("MP3 cut off in its last frame", Reason.DAMAGED, cut("mp3-16000.mp3", 2_000)),
                new Attack(
                        "MP3 that is a tag of 256 MiB", Reason.DAMAGED, ascii("ID3\u0004\0\0\u007f\u007f\u007f\u007f")),
                new Attack("MP3 that is a tag alone", Reason.DAMAGED, ascii("ID3\u0004\0\0\0\0\0\u0004abcd")),
                new Attack("MP3 with a zip behind it", Reason.DAMAGED, joined(Fixtures.bytes("mp3-16000.mp3"), zip(1))),
                new Attack(
                        "MP3 that turns into another",
                        Reason.DAMAGED,
                        joined(Fixtures.bytes("mp3-16000.mp3"), Fixtures.bytes("mp3-44100-stereo.mp3"))),
                new Attack(
                        "MP3 tag before a page of HTML", Reason.DAMAGED, ascii("ID3\u0004\0\0\0\0\0\0<html><script>")));
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static byte[] joined(byte[] first, byte[] second) {
        byte[] result = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, result, first.length, second.length);
        return result;
    }

    private static byte[] cut(String name, int length) {
        return Arrays.copyOf(Fixtures.bytes(name), length);
    }

    private static byte[] changed(String name, int at) {
        byte[] bytes = Fixtures.bytes(name);
        bytes[at] ^= 4;
        return bytes;
    }

    private static byte[] wav(Consumer<ByteBuffer> change) {
        byte[] bytes = Fixtures.bytes("glide.wav");
        change.accept(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
        return bytes;
    }

    private static byte[] flac(Consumer<ByteBuffer> change) {
        byte[] bytes = Fixtures.bytes("s24-16000.flac");
        change.accept(ByteBuffer.wrap(bytes));
        return bytes;
    }

    private static byte[] chunks() {
        byte[] bytes = Arrays.copyOf(cut("glide.wav", 36), 36 + 8 * 1000);
        for (int at = 36; at < bytes.length; at += 8) {
            System.arraycopy(ascii("LIST"), 0, bytes, at, 4);
        }
        return bytes;
    }

    private static byte[] notNumbers() {
        byte[] bytes = Fixtures.bytes("float-22050.wav");
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat(bytes.length - 400, Float.NaN);
        return bytes;
    }

    private static byte[] longWav() {
        return ByteBuffer.wrap(Arrays.copyOf(Fixtures.bytes("glide.wav"), 44 + 500_000))
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(24, 4_000)
                .putInt(40, 500_000)
                .array();
    }

    /** A set-up header with one code book of these sizes. */
    private static byte[] setup(int entries, int dimensions, int lookup) {
        Ogg.Bits bits = new Ogg.Bits();
        bits.write(0, 8)
                .write(0x564342, 24)
                .write(dimensions, 16)
                .write(entries, 24)
                .write(1, 1)
                .write(13, 5);
        bits.write(entries, 32 - Integer.numberOfLeadingZeros(entries)).write(lookup, 4);
        return joined(ascii("\u0005vorbis"), bits.bytes());
    }

    private static byte[] zip(int mebibytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("sound.wav"));
            for (int i = 0; i < mebibytes; i++) {
                zip.write(new byte[1 << 20]);
            }
            zip.closeEntry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static byte[] gzip() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(new byte[1 << 20]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}

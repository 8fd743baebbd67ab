// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audio;

import dev.rivulet.audio.AudioReading.Reason;

/**
 * Reads a Vorbis set-up header up to its residues, and refuses sizes that no encoder writes before a decoder makes tables of them: a header of
 * a few bytes can declare code books of gigabytes.
 */
final class VorbisSetup {

    private static final int MOST_ENTRIES = 1 << 16;
    private static final int MOST_DIMENSIONS = 4096;
    private static final int MOST_VALUES = 1 << 20;
    private static final int BOOK_MARK = 0x564342;

    private final byte[] packet;
    private final int longest;
    private long bit;
    private long values;

    private VorbisSetup(byte[] packet, int longest) {
        this.packet = packet;
        this.longest = longest;
    }

    /** Sizes of a code book. */
    private record Book(int dimensions, int entries) {}

    /** @param longest values of the longest block in all channels */
    static void check(byte[] packet, int longest) {
        if (!Bytes.startsWith(packet, 0, "\u0005vorbis")) {
            throw RefusedAudio.damaged("the Vorbis file has no set-up header");
        }
        new VorbisSetup(packet, longest).check();
    }

    private void check() {
        bit = 7 * 8;
        Book[] books = new Book[(int) read(8) + 1];
        for (int i = 0; i < books.length; i++) {
            books[i] = book();
        }
        for (long times = read(6) + 1; times > 0; times--) {
            require(read(16) == 0, "a time that is not 0");
        }
        for (long floors = read(6) + 1; floors > 0; floors--) {
            floor();
        }
        for (long residues = read(6) + 1; residues > 0; residues--) {
            residue(books);
        }
    }

    private Book book() {
        require(read(24) == BOOK_MARK, "no mark before a code book");
        int dimensions = (int) read(16);
        int entries = (int) read(24);
        require(
                dimensions >= 1 && dimensions <= MOST_DIMENSIONS && entries >= 1 && entries <= MOST_ENTRIES,
                "a code book of " + entries + " entries in " + dimensions + " dimensions");
        if (read(1) == 1) {
            orderedLengths(entries);
        } else {
            boolean sparse = read(1) == 1;
            for (int i = 0; i < entries; i++) {
                if (!sparse || read(1) == 1) {
                    read(5);
                }
            }
        }
        lookup(dimensions, entries);
        return new Book(dimensions, entries);
    }

    private void orderedLengths(int entries) {
        long length = read(5) + 1;
        for (int done = 0; done < entries; length++) {
            done += (int) read(32 - Integer.numberOfLeadingZeros(entries - done));
            require(
                    done <= entries && length <= 32,
                    "code words that are more than its entries or longer than 32 bits");
        }
    }

    private void lookup(int dimensions, int entries) {
        long type = read(4);
        require(type <= 2, "a code book of lookup " + type);
        if (type == 0) {
            return;
        }
        values += (long) entries * dimensions;
        require(values <= MOST_VALUES, "code books of more than " + MOST_VALUES + " values");
        read(32);
        read(32);
        long bits = read(4) + 1;
        read(1);
        long quantised = type == 2 ? (long) entries * dimensions : root(entries, dimensions);
        skip(quantised * bits);
    }

    /** The largest whole number whose power is within the entries. */
    private static long root(int entries, int dimensions) {
        long root = (long) Math.floor(Math.pow(entries, 1.0 / dimensions) + 1e-9);
        while (power(root + 1, dimensions) <= entries) {
            root++;
        }
        while (root > 1 && power(root, dimensions) > entries) {
            root--;
        }
        return root;
    }

    private static long power(long base, int exponent) {
        long result = 1;
        for (int i = 0; i < exponent && result <= MOST_ENTRIES; i++) {
            result *= base;
        }
        return result;
    }

    private void floor() {
        long type = read(16);
        if (type == 0) {
            throw new RefusedAudio(
                    Reason.UNSUPPORTED,
                    "the Vorbis file has floors of type 0, which no encoder writes now: encode it again");
        }
        require(type == 1, "a floor of type " + type);
        int[] classes = new int[(int) read(5)];
        int last = -1;
        for (int i = 0; i < classes.length; i++) {
            classes[i] = (int) read(4);
            last = Math.max(last, classes[i]);
        }
        int[] dimensions = new int[last + 1];
        for (int i = 0; i <= last; i++) {
            dimensions[i] = (int) read(3) + 1;
            long subclasses = read(2);
            if (subclasses > 0) {
                read(8);
            }
            skip(8L << subclasses);
        }
        read(2);
        long bits = read(4);
        for (int each : classes) {
            skip(bits * dimensions[each]);
        }
    }

    private void residue(Book[] books) {
        require(read(16) <= 2, "a residue of a type beyond 2");
        long begin = read(24);
        long end = read(24);
        require(
                begin <= end && end <= longest,
                "a residue from " + begin + " to " + end + " where a block has " + longest + " values");
        read(24);
        int classes = (int) read(6) + 1;
        int book = (int) read(8);
        require(
                book < books.length && power(classes, books[book].dimensions) <= books[book].entries,
                "a residue of more classes than its code book has entries");
        long stages = 0;
        for (int i = 0; i < classes; i++) {
            long low = read(3);
            long high = read(1) == 1 ? read(5) : 0;
            stages += Long.bitCount(high << 3 | low);
        }
        skip(8 * stages);
    }

    private long read(int bits) {
        long value = 0;
        require(bit + bits <= packet.length * 8L, "less than it declares");
        for (int i = 0; i < bits; i++, bit++) {
            value |= (long) (packet[(int) (bit >> 3)] >> (bit & 7) & 1) << i;
        }
        return value;
    }

    private void skip(long bits) {
        require(bit + bits <= packet.length * 8L, "less than it declares");
        bit += bits;
    }

    private static void require(boolean holds, String fault) {
        if (!holds) {
            throw RefusedAudio.damaged("the Vorbis file's set-up header has " + fault);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.image;

import java.nio.charset.StandardCharsets;

/** Reads numbers of a byte array; what lies outside it is refused as cut off. */
record Bytes(byte[] array) {

    int size() {
        return array.length;
    }

    int u8(int at) throws ImageRefusedException {
        require(at, 1);
        return array[at] & 0xff;
    }

    int u16(int at) throws ImageRefusedException {
        return u8(at) << 8 | u8(at + 1);
    }

    int u16le(int at) throws ImageRefusedException {
        return u8(at) | u8(at + 1) << 8;
    }

    int u24le(int at) throws ImageRefusedException {
        return u16le(at) | u8(at + 2) << 16;
    }

    long u32(int at) throws ImageRefusedException {
        return (long) u16(at) << 16 | u16(at + 2);
    }

    long u32le(int at) throws ImageRefusedException {
        return u16le(at) | (long) u16le(at + 2) << 16;
    }

    boolean has(int at, String text) {
        byte[] wanted = text.getBytes(StandardCharsets.ISO_8859_1);
        if (at < 0 || at > array.length - wanted.length) {
            return false;
        }
        for (int i = 0; i < wanted.length; i++) {
            if (array[at + i] != wanted[i]) {
                return false;
            }
        }
        return true;
    }

    String text(int at, int length) throws ImageRefusedException {
        require(at, length);
        return new String(array, at, length, StandardCharsets.ISO_8859_1);
    }

    void require(long at, long length) throws ImageRefusedException {
        if (at < 0 || length < 0 || at + length > array.length) {
            throw ImageRefusedException.malformed("the image is cut off: it has " + array.length
                    + " bytes, but goes on at byte " + at + "; send the whole file");
        }
    }

    /** Nothing but zeros may follow the end of an image: what hides there makes the file two things at once. */
    void requireEnd(int at) throws ImageRefusedException {
        for (int i = at; i < array.length; i++) {
            if (array[i] != 0) {
                throw ImageRefusedException.malformed("the image ends at byte " + at + " but " + (array.length - at)
                        + " bytes follow; send the image alone");
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.compression;

import dev.rivulet.federated.update.Reason;
import dev.rivulet.federated.update.Vectors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads bytes from outside: nothing is allocated before as many bytes are known to be there. */
final class WireReader {

    private final ByteBuffer bytes;

    /** @param end where reading ends; a negative one is the beginning */
    WireReader(byte[] array, int end) {
        bytes = ByteBuffer.wrap(array, 0, Math.max(0, end)).order(ByteOrder.LITTLE_ENDIAN);
    }

    void magic(byte[] expected) throws UnreadableException {
        for (byte one : expected) {
            if (octet() != one) {
                throw new UnreadableException(Reason.MALFORMED, "it does not begin as an update does");
            }
        }
    }

    void requireLeft(long count) throws UnreadableException {
        if (count > bytes.remaining()) {
            throw new UnreadableException(
                    Reason.MALFORMED, "it ends early: " + count + " bytes should follow, " + bytes.remaining() + " do");
        }
    }

    void requireEnd() throws UnreadableException {
        if (bytes.hasRemaining()) {
            throw new UnreadableException(Reason.MALFORMED, bytes.remaining() + " bytes follow its end");
        }
    }

    /** 0 to 255. */
    int octet() throws UnreadableException {
        requireLeft(1);
        return bytes.get() & 0xff;
    }

    /** LEB128 in its shortest form. */
    int count(int most) throws UnreadableException {
        long value = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            int octet = octet();
            value |= (long) (octet & 0x7f) << shift;
            if (octet < 0x80) {
                if (octet == 0 && shift > 0 || value > most) {
                    throw new UnreadableException(
                            Reason.MALFORMED, "a count is over " + most + " or not in short form");
                }
                return (int) value;
            }
        }
        throw new UnreadableException(Reason.MALFORMED, "a count has more than 5 bytes");
    }

    long int64() throws UnreadableException {
        requireLeft(8);
        return bytes.getLong();
    }

    int int32(int at) throws UnreadableException {
        if (at < 0 || at > bytes.limit() - 4) {
            throw new UnreadableException(Reason.MALFORMED, "it is too short");
        }
        return bytes.getInt(at);
    }

    /** Finite ones. */
    float[] floats(int count) throws UnreadableException {
        requireLeft(4L * count);
        float[] values = new float[count];
        bytes.asFloatBuffer().get(values);
        bytes.position(bytes.position() + 4 * count);
        if (!Vectors.finite(values)) {
            throw new UnreadableException(Reason.NOT_FINITE, Vectors.firstNotFinite(values));
        }
        return values;
    }

    byte[] octets(int count) throws UnreadableException {
        requireLeft(count);
        byte[] octets = new byte[count];
        bytes.get(octets);
        return octets;
    }
}

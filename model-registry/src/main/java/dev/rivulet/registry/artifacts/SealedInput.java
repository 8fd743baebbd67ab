// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts;

import java.io.IOException;
import java.io.InputStream;

/** Opens segments one after the other; one of them is in memory. */
final class SealedInput extends InputStream {

    private final InputStream sealed;
    private final Segments segments;
    private final long count;
    private final byte[] buffer = new byte[Segments.SEALED];
    private byte[] plain = new byte[0];
    private int at;
    private long index;

    /**
     * @param sealed from the beginning of segment {@code index} on
     * @param count segments of the whole blob
     */
    SealedInput(InputStream sealed, Segments segments, long index, long count) {
        this.sealed = sealed;
        this.segments = segments;
        this.index = index;
        this.count = count;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        while (at == plain.length) {
            if (index == count) {
                return -1;
            }
            int read = sealed.readNBytes(buffer, 0, buffer.length);
            plain = segments.open(buffer, read, index, index == count - 1);
            at = 0;
            index++;
        }
        int given = Math.min(length, plain.length - at);
        System.arraycopy(plain, at, bytes, offset, given);
        at += given;
        return given;
    }

    @Override
    public void close() throws IOException {
        sealed.close();
    }
}

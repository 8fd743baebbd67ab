// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * A blob from its beginning, hashed as it is read. Where the bytes are not those of the digest, the last ones are not given out:
 * who reads sees a failure and never an end.
 */
final class VerifiedInput extends FilterInputStream {

    private final Sha256 digest;
    private final MessageDigest sha256 = Digests.sha256();
    private long left;

    /** @param size bytes of the blob */
    VerifiedInput(InputStream bytes, Sha256 digest, long size) {
        super(bytes);
        this.digest = digest;
        this.left = size;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (left == 0) {
            return -1;
        }
        int read = in.read(bytes, offset, (int) Math.min(length, left));
        if (read < 0) {
            throw new EOFException("The blob " + digest + " ends " + left + " bytes too early where it lies");
        }
        sha256.update(bytes, offset, read);
        left -= read;
        if (left == 0) {
            verify();
        }
        return read;
    }

    private void verify() throws IOException {
        String found = HexFormat.of().formatHex(sha256.digest());
        if (!found.equals(digest.hex())) {
            throw new IOException("The blob " + digest + " was changed where it lies: it has the SHA-256 " + found);
        }
    }

    /** What is passed over is hashed too. */
    @Override
    public long skip(long count) throws IOException {
        byte[] passed = new byte[(int) Math.min(64 * 1024, Math.max(0, count))];
        return passed.length == 0 ? 0 : Math.max(0, read(passed, 0, passed.length));
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}

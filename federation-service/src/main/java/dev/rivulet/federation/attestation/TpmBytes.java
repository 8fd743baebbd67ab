// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.attestation;

import java.nio.ByteBuffer;

/** Reads structures of TPM 2.0: big-endian numbers, and buffers with their length in two bytes before them (TPM2B). */
final class TpmBytes {

    private final ByteBuffer bytes;

    TpmBytes(byte[] bytes) {
        this.bytes = ByteBuffer.wrap(bytes);
    }

    int uint8() {
        require(Byte.BYTES);
        return bytes.get() & 0xff;
    }

    int uint16() {
        require(Short.BYTES);
        return bytes.getShort() & 0xffff;
    }

    long uint32() {
        require(Integer.BYTES);
        return bytes.getInt() & 0xffff_ffffL;
    }

    long uint64() {
        require(Long.BYTES);
        return bytes.getLong();
    }

    byte[] buffer() {
        return take(uint16());
    }

    byte[] take(int count) {
        require(count);
        byte[] taken = new byte[count];
        bytes.get(taken);
        return taken;
    }

    /** @throws IllegalArgumentException if something is left */
    void end() {
        if (bytes.hasRemaining()) {
            throw new IllegalArgumentException(bytes.remaining() + " bytes follow the structure");
        }
    }

    private void require(int count) {
        if (bytes.remaining() < count) {
            throw new IllegalArgumentException("the structure is cut off");
        }
    }
}

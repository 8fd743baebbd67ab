// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.secagg;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Map;
import java.util.SortedSet;

/**
 * A device's long-lived Ed25519 key, and those of the others, which it has from somebody else than the server of the aggregation: what
 * stops a server from making up devices, or from telling them different stories (the malicious model of Bonawitz et al., CCS 2017).
 */
public final class Identity {

    static final int SIGNATURE_BYTES = 64;

    private final PrivateKey own;
    private final Map<Integer, PublicKey> everybody;

    /** @param everybody keys of all devices by their number in the round, the device itself included */
    public Identity(PrivateKey own, Map<Integer, PublicKey> everybody) {
        this.own = own;
        this.everybody = Map.copyOf(everybody);
    }

    byte[] sign(byte[] statement) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(own);
            signature.update(statement);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The key can't sign", e);
        }
    }

    /** Whether a device has signed a statement. */
    boolean verifies(int device, byte[] statement, byte[] signed) {
        PublicKey key = everybody.get(device);
        if (key == null || signed.length != SIGNATURE_BYTES) {
            return false;
        }
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initVerify(key);
            signature.update(statement);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** What a device signs in round 0. */
    static byte[] keys(String round, int device, byte[] sealing, byte[] masking) {
        byte[] label = ("rivulet/secagg/keys/" + round + "/" + device + "/").getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(label.length + sealing.length + masking.length)
                .put(label)
                .put(sealing)
                .put(masking)
                .array();
    }

    /** What a device signs in round 3. */
    static byte[] survivors(String round, SortedSet<Integer> survivors) {
        byte[] label = ("rivulet/secagg/survivors/" + round + "/").getBytes(StandardCharsets.US_ASCII);
        ByteBuffer statement = ByteBuffer.allocate(label.length + Integer.BYTES * survivors.size());
        statement.put(label);
        survivors.forEach(statement::putInt);
        return statement.array();
    }
}

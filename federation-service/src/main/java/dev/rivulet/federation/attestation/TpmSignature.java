// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.attestation;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A {@code TPMT_SIGNATURE} (TPM 2.0 Library, Part 2, 11.3.4): RSASSA, RSAPSS or ECDSA with SHA-256, SHA-384 or SHA-512. SHA-1 is not
 * taken.
 *
 * @param scheme TPM_ALG_ID
 * @param hash which
 * @param bytes as Java's signatures take them
 */
@SuppressWarnings("ArrayRecordComponent")
record TpmSignature(int scheme, TpmHash hash, byte[] bytes) {

    private static final int RSASSA = 0x0014;
    private static final int RSAPSS = 0x0016;
    private static final int ECDSA = 0x0018;
    private static final int LEAST_RSA_BITS = 2048;

    /** @throws IllegalArgumentException if the bytes are no signature of a scheme that is taken */
    static TpmSignature parse(byte[] signature) {
        TpmBytes in = new TpmBytes(signature);
        int scheme = in.uint16();
        TpmHash hash = TpmHash.of(in.uint16())
                .orElseThrow(() -> new IllegalArgumentException("the signature is over a hash that is not taken"));
        byte[] bytes = switch (scheme) {
            case RSASSA, RSAPSS -> in.buffer();
            case ECDSA -> der(in.buffer(), in.buffer());
            default -> throw new IllegalArgumentException("the signature has a scheme that is not taken");
        };
        in.end();
        return new TpmSignature(scheme, hash, bytes);
    }

    /** The SEQUENCE of two INTEGERs that Java's ECDSA takes. */
    private static byte[] der(byte[] r, byte[] s) {
        byte[] first = new BigInteger(1, r).toByteArray();
        byte[] second = new BigInteger(1, s).toByteArray();
        int length = 4 + first.length + second.length;
        if (first.length > 0x7f || second.length > 0x7f || length > 0xff) {
            throw new IllegalArgumentException("the signature is longer than one of ECDSA");
        }
        boolean isLong = length > 0x7f;
        byte[] der = new byte[length + (isLong ? 3 : 2)];
        int at = 0;
        der[at++] = 0x30;
        if (isLong) {
            der[at++] = (byte) 0x81;
        }
        der[at++] = (byte) length;
        at = integer(der, at, first);
        integer(der, at, second);
        return der;
    }

    private static int integer(byte[] der, int from, byte[] number) {
        der[from] = 0x02;
        der[from + 1] = (byte) number.length;
        System.arraycopy(number, 0, der, from + 2, number.length);
        return from + 2 + number.length;
    }

    /** Whether a key made it over these bytes. */
    boolean by(PublicKey key, byte[] signed) {
        boolean rsa = key instanceof RSAPublicKey known && known.getModulus().bitLength() >= LEAST_RSA_BITS;
        return switch (scheme) {
            case RSASSA -> rsa && by(key, signed, hash.signing("RSA"), null);
            case RSAPSS -> rsa && salts((RSAPublicKey) key).anyMatch(salt -> by(key, signed, "RSASSA-PSS", pss(salt)));
            default -> key.getAlgorithm().equals("EC") && by(key, signed, hash.signing("ECDSA"), null);
        };
    }

    private boolean by(PublicKey key, byte[] signed, String algorithm, @Nullable PSSParameterSpec parameters) {
        try {
            Signature check = Signature.getInstance(algorithm);
            if (parameters != null) {
                check.setParameter(parameters);
            }
            check.initVerify(key);
            check.update(signed);
            return check.verify(bytes);
        } catch (GeneralSecurityException e) {
            return false; // the JDK throws for a signature that no key could have made
        }
    }

    /** A TPM salts with as many bytes as its hash has, or as the key has room for (Part 1, B.7); Java wants to be told. */
    private IntStream salts(RSAPublicKey key) {
        int room = (key.getModulus().bitLength() + 6) / 8 - hash.bytes() - 2;
        return IntStream.of(hash.bytes(), room);
    }

    private PSSParameterSpec pss(int salt) {
        return new PSSParameterSpec(
                hash.java(), "MGF1", new MGF1ParameterSpec(hash.java()), salt, PSSParameterSpec.TRAILER_FIELD_BC);
    }
}

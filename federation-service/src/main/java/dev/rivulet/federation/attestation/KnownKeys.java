// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.attestation;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Attestation keys that an operator has enrolled: Ed25519, EC or RSA. */
final class KnownKeys {

    private static final List<String> ALGORITHMS = List.of("Ed25519", "EC", "RSA");

    private final Set<String> keys;

    /**
     * @param keys base64 of DER (X.509 SubjectPublicKeyInfo) each
     * @throws IllegalArgumentException if one is no public key
     */
    KnownKeys(Collection<String> keys) {
        if (keys.stream()
                .anyMatch(key -> parsed(Base64.getDecoder().decode(key)).isEmpty())) {
            throw new IllegalArgumentException(
                    "an attestation key is base64 of the DER of an Ed25519, EC or RSA public key");
        }
        this.keys = keys.stream().collect(Collectors.toUnmodifiableSet());
    }

    /** The key, if it is one of these. */
    Optional<PublicKey> find(byte[] der) {
        return keys.contains(Base64.getEncoder().encodeToString(der)) ? parsed(der) : Optional.empty();
    }

    private static Optional<PublicKey> parsed(byte[] der) {
        for (String algorithm : ALGORITHMS) {
            try {
                return Optional.of(KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(der)));
            } catch (GeneralSecurityException e) {
                // of another algorithm, or none
            }
        }
        return Optional.empty();
    }
}

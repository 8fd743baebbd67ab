// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.attestation;

import dev.rivulet.federation.attestation.Attestor.Verdict.Refused;
import dev.rivulet.federation.attestation.Attestor.Verdict.Trusted;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;

/**
 * Takes the word of whoever holds an enrolled attestation key (Ed25519) for what the device runs. It is worth as much as the care with
 * which that key is kept: a key that a program on the device can read vouches for nothing against that program.
 */
public final class SoftwareAttestor implements Attestor {

    private final KnownKeys keys;
    private final Set<String> digests;

    /**
     * @param keys base64 of DER each
     * @param digests SHA-256 of software that is taken, 64 lowercase hexadecimal digits each
     */
    public SoftwareAttestor(Collection<String> keys, Collection<String> digests) {
        this.keys = new KnownKeys(keys);
        this.digests = Set.copyOf(digests);
    }

    @Override
    public Verdict judge(Evidence evidence, byte[] nonce) {
        Optional<PublicKey> key =
                keys.find(evidence.key()).filter(known -> known.getAlgorithm().startsWith("Ed"));
        if (key.isEmpty()) {
            return new Refused("the attestation key is not enrolled");
        }
        if (!signed(key.get(), evidence)) {
            return new Refused("the attestation key did not sign the statement");
        }
        SoftwareStatement statement;
        try {
            statement = SoftwareStatement.parse(evidence.statement());
        } catch (IllegalArgumentException e) {
            return new Refused("the statement has not its form");
        }
        if (!statement.nonce().equals(HexFormat.of().formatHex(nonce))) {
            return new Refused("the statement answers to another nonce");
        }
        return digests.contains(statement.digest())
                ? new Trusted("software " + statement.digest())
                : new Refused("the software is not one that the federation takes");
    }

    private static boolean signed(PublicKey key, Evidence evidence) {
        try {
            Signature check = Signature.getInstance("Ed25519");
            check.initVerify(key);
            check.update(evidence.statement());
            return check.verify(evidence.signature());
        } catch (GeneralSecurityException e) {
            return false; // the JDK throws for a signature that no key could have made
        }
    }
}

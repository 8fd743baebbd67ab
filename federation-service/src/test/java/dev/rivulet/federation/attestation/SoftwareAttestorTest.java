// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.attestation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.federation.attestation.Attestor.Verdict.Refused;
import dev.rivulet.federation.attestation.Attestor.Verdict.Trusted;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class SoftwareAttestorTest {

    private static final String DIGEST = "5e".repeat(32);
    private static final byte[] NONCE = "a nonce of this moment".getBytes(StandardCharsets.UTF_8);

    private final KeyPair pair = pair();
    private final SoftwareAttestor attestor = new SoftwareAttestor(
            List.of(Base64.getEncoder().encodeToString(pair.getPublic().getEncoded())), List.of(DIGEST));

    private static KeyPair pair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Evidence signed(KeyPair by, byte[] statement) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(by.getPrivate());
        signature.update(statement);
        return new Evidence(statement, signature.sign(), by.getPublic().getEncoded());
    }

    @Test
    void softwareThatIsKnownIsTrusted() throws Exception {
        assertThat(attestor.judge(signed(pair, SoftwareStatement.bytes(DIGEST, NONCE)), NONCE))
                .isEqualTo(new Trusted("software " + DIGEST));
    }

    @Test
    void otherSoftwareAnOldStatementAndAnotherKeyAreRefused() throws Exception {
        assertThat(attestor.judge(signed(pair, SoftwareStatement.bytes("6f".repeat(32), NONCE)), NONCE))
                .isEqualTo(new Refused("the software is not one that the federation takes"));
        assertThat(attestor.judge(signed(pair, SoftwareStatement.bytes(DIGEST, new byte[4])), NONCE))
                .isEqualTo(new Refused("the statement answers to another nonce"));
        assertThat(attestor.judge(signed(pair(), SoftwareStatement.bytes(DIGEST, NONCE)), NONCE))
                .isEqualTo(new Refused("the attestation key is not enrolled"));
    }

    @Test
    void everyByteOfAStatementCounts() throws Exception {
        Evidence good = signed(pair, SoftwareStatement.bytes(DIGEST, NONCE));
        for (int i = 0; i < good.statement().length; i++) {
            byte[] other = good.statement().clone();
            other[i] ^= 1;
            assertThat(attestor.judge(new Evidence(other, good.signature(), good.key()), NONCE))
                    .as("byte %d", i)
                    .isInstanceOf(Refused.class);
        }
        assertThat(attestor.judge(signed(pair, "software is fine\n".getBytes(StandardCharsets.UTF_8)), NONCE))
                .isEqualTo(new Refused("the statement has not its form"));
    }
}

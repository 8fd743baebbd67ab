// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.devices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.KeyPair;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class SignedHeadTest {

    private static final String DIGEST = DeviceKeys.sha256(new byte[0]);
    private static final SignedHead HEAD = new SignedHead(
            "0d9f6a0e-8f0d-4d5e-9a67-3f1a5f3a8f11",
            "POST",
            "/federation/v1/wait",
            0,
            1_790_000_000_000L,
            "abcdefghijklmnop",
            DIGEST);

    @Test
    void whatIsSignedIsWrittenLineByLine() {
        assertThat(new String(HEAD.bytes(), java.nio.charset.StandardCharsets.US_ASCII))
                .isEqualTo("""
                        rivulet-federation-1
                        0d9f6a0e-8f0d-4d5e-9a67-3f1a5f3a8f11
                        POST
                        /federation/v1/wait
                        0
                        1790000000000
                        abcdefghijklmnop
                        e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855""");
    }

    @Test
    void aSignatureHoldsForNothingButWhatWasSigned() {
        KeyPair keys = DeviceKeys.generate();
        String signature = DeviceKeys.sign(keys.getPrivate(), HEAD);
        SignedHead other = new SignedHead("", "POST", HEAD.target(), 0, HEAD.timestampMs(), HEAD.nonce(), DIGEST);
        SignedHead moved =
                new SignedHead(HEAD.device(), "POST", HEAD.target(), 7, HEAD.timestampMs(), HEAD.nonce(), DIGEST);

        assertThat(DeviceKeys.verify(keys.getPublic(), HEAD, signature)).isTrue();
        assertThat(List.of(other, moved)).noneMatch(head -> DeviceKeys.verify(keys.getPublic(), head, signature));
        assertThat(DeviceKeys.verify(DeviceKeys.generate().getPublic(), HEAD, signature))
                .isFalse();
        assertThat(List.of("", "?", "AAAA", signature + "AA"))
                .noneMatch(forged -> DeviceKeys.verify(keys.getPublic(), HEAD, forged));
    }

    /** RFC 8032, section 7.1, test 1: key and signature of the empty message; the key must be read from its bytes alone. */
    @Test
    void keysAreTheBytesOfTheStandard() throws Exception {
        byte[] raw = HexFormat.of().parseHex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
        byte[] signed = HexFormat.of()
                .parseHex(
                        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b"
                                + "46bd25bf5f0595bbe24655141438e7a100b");
        java.security.Signature verifier = java.security.Signature.getInstance("Ed25519");
        verifier.initVerify(DeviceKeys.publicKey(raw));

        assertThat(verifier.verify(signed)).isTrue();
        assertThat(DeviceKeys.raw(DeviceKeys.publicKey(raw))).isEqualTo(raw);
    }

    @Test
    void whatCouldBeReadInTwoWaysIsNotSigned() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SignedHead("", "POST", "/a\n0", 0, 1, HEAD.nonce(), DIGEST));
        assertThatIllegalArgumentException().isThrownBy(() -> new SignedHead("", "POST", "/a", 0, 1, "short", DIGEST));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SignedHead("", "POST", "/a", 0, 1, HEAD.nonce(), DIGEST.substring(1)));
    }

    @Test
    void everyRefusalHasItsOwnSpelling() {
        assertThat(RefusalCode.values())
                .allMatch(code -> RefusalCode.of(code.wire()).orElseThrow() == code);
        assertThat(RefusalCode.of("from-a-newer-federation")).isEmpty();
        assertThat(RefusalCode.values()).allMatch(code -> code.status() >= 400 && code.status() < 600);
    }
}

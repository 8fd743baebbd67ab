// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.rivulet.federation.attestation.Attestor.Verdict;
import dev.rivulet.federation.attestation.Attestor.Verdict.Refused;
import dev.rivulet.federation.attestation.Attestor.Verdict.Trusted;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Quotes that a software TPM made. */
class TpmAttestorTest {

    private static final HexFormat HEX = HexFormat.of();
    private static final Properties QUOTES = quotes();
    private static final Map<Integer, byte[]> REGISTERS =
            Map.of(0, extended("firmware"), 1, new byte[32], 7, extended("policy"));

    private static Properties quotes() {
        try (InputStream in = TpmAttestorTest.class.getResourceAsStream("quotes.properties")) {
            Properties quotes = new Properties();
            quotes.load(Objects.requireNonNull(in));
            return quotes;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What a register has that was zero and then extended once: SHA-256 of its value and of what it is extended by. */
    private static byte[] extended(String by) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] measured = digest.digest(by.getBytes(StandardCharsets.UTF_8));
            digest.update(new byte[32]);
            return digest.digest(measured);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(String name) {
        return Objects.requireNonNull(QUOTES.getProperty(name), name);
    }

    private static byte[] nonce() {
        return HEX.parseHex(text("nonce"));
    }

    private static Evidence evidence(String kind) {
        return new Evidence(
                HEX.parseHex(text(kind + ".attest")),
                HEX.parseHex(text(kind + ".signature")),
                Base64.getDecoder().decode(text(kind + ".key")));
    }

    private static TpmAttestor attestor(String kind, Map<Integer, byte[]> registers) {
        return new TpmAttestor(List.of(text(kind + ".key")), registers);
    }

    private static Verdict judged(String kind, Evidence evidence) {
        return attestor(kind, REGISTERS).judge(evidence, nonce());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ecc-ecdsa", "rsa-rsassa", "rsa-rsapss"})
    void aQuoteOfATpmIsTrusted(String kind) {
        assertThat(judged(kind, evidence(kind))).isEqualTo(new Trusted("registers [0, 1, 7]"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ecc-ecdsa", "rsa-rsassa", "rsa-rsapss"})
    void everyBitOfAQuoteAndItsSignatureCounts(String kind) {
        Evidence good = evidence(kind);
        for (int bit = 0; bit < 8 * good.statement().length; bit++) {
            Evidence bad = new Evidence(flipped(good.statement(), bit), good.signature(), good.key());
            assertThat(judged(kind, bad)).as("bit %d of the quote", bit).isInstanceOf(Refused.class);
        }
        for (int bit = 0; bit < 8 * good.signature().length; bit += 7) {
            Evidence bad = new Evidence(good.statement(), flipped(good.signature(), bit), good.key());
            assertThat(judged(kind, bad)).as("bit %d of the signature", bit).isInstanceOf(Refused.class);
        }
    }

    private static byte[] flipped(byte[] bytes, int bit) {
        byte[] other = bytes.clone();
        other[bit / 8] ^= (byte) (1 << (bit % 8));
        return other;
    }

    @Test
    void aQuoteThatIsCutOffOrGoesOnIsRefused() {
        Evidence good = evidence("ecc-ecdsa");
        for (int length = 0; length < good.statement().length; length++) {
            byte[] cut = Arrays.copyOf(good.statement(), length);
            assertThatIllegalArgumentException().isThrownBy(() -> TpmQuote.parse(cut));
        }
        byte[] longer = Arrays.copyOf(good.statement(), good.statement().length + 1);
        assertThatIllegalArgumentException().isThrownBy(() -> TpmQuote.parse(longer));
        for (int length = 0; length < good.signature().length; length++) {
            byte[] cut = Arrays.copyOf(good.signature(), length);
            assertThatIllegalArgumentException().isThrownBy(() -> TpmSignature.parse(cut));
        }
    }

    /** Signs as a TPM's ECDSA key does, whatever the statement says. */
    private static Evidence signed(KeyPair by, byte[] statement) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
        signature.initSign(by.getPrivate());
        signature.update(statement);
        byte[] both = signature.sign();
        byte[] tpm = ByteBuffer.allocate(8 + both.length)
                .putShort((short) 0x0018)
                .putShort((short) 0x000b)
                .putShort((short) 32)
                .put(both, 0, 32)
                .putShort((short) 32)
                .put(both, 32, 32)
                .array();
        return new Evidence(statement, tpm, by.getPublic().getEncoded());
    }

    @Test
    void whatAKeySignedThatIsNoQuoteOfATpmIsRefused() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair key = generator.generateKeyPair();
        byte[] quote = evidence("ecc-ecdsa").statement();
        TpmAttestor attestor = new TpmAttestor(
                List.of(Base64.getEncoder().encodeToString(key.getPublic().getEncoded())), REGISTERS);

        assertThat(attestor.judge(signed(key, quote), nonce())).isInstanceOf(Trusted.class);
        byte[] made = quote.clone();
        made[3] ^= 1;
        assertThat(attestor.judge(signed(key, made), nonce()))
                .isEqualTo(new Refused("the structure was not made by a TPM"));
        byte[] certified = quote.clone();
        certified[5] = 0x17;
        assertThat(attestor.judge(signed(key, certified), nonce())).isEqualTo(new Refused("the structure is no quote"));
        byte[] value = quote.clone();
        value[value.length - 1] ^= 1;
        assertThat(attestor.judge(signed(key, value), nonce()))
                .isEqualTo(new Refused("a register has another value than the federation wants"));
    }

    @Test
    void anOldQuoteIsRefused() {
        assertThat(attestor("ecc-ecdsa", REGISTERS).judge(evidence("ecc-ecdsa"), new byte[32]))
                .isEqualTo(new Refused("the quote answers to another nonce"));
    }

    @Test
    void aDeviceThatRunsSomethingElseIsRefused() {
        Map<Integer, byte[]> other = Map.of(0, extended("other firmware"), 1, new byte[32], 7, extended("policy"));
        assertThat(attestor("ecc-ecdsa", other).judge(evidence("ecc-ecdsa"), nonce()))
                .isEqualTo(new Refused("a register has another value than the federation wants"));
    }

    @Test
    void aQuoteOfFewerRegistersIsRefused() {
        Map<Integer, byte[]> more =
                Map.of(0, extended("firmware"), 1, new byte[32], 4, new byte[32], 7, extended("policy"));
        assertThat(attestor("ecc-ecdsa", more).judge(evidence("ecc-ecdsa"), nonce()))
                .isEqualTo(new Refused("the quote is of other registers than [0, 1, 4, 7] of the bank SHA-256"));
    }

    @Test
    void aKeyThatNobodyEnrolledIsRefused() {
        assertThat(attestor("rsa-rsassa", REGISTERS).judge(evidence("ecc-ecdsa"), nonce()))
                .isEqualTo(new Refused("the attestation key is not enrolled"));
    }

    @Test
    void registersAreNamedAndWhole() {
        List<String> keys = List.of(text("ecc-ecdsa.key"));
        assertThatIllegalArgumentException().isThrownBy(() -> new TpmAttestor(keys, Map.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> new TpmAttestor(keys, Map.of(24, new byte[32])));
        assertThatIllegalArgumentException().isThrownBy(() -> new TpmAttestor(keys, Map.of(0, new byte[20])));
        assertThatIllegalArgumentException().isThrownBy(() -> new TpmAttestor(List.of("AAAA"), REGISTERS));
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SignatureCheckTest {

    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
    private static final String WEIGHTS = "a".repeat(64);
    private static final String CONFIG = "b".repeat(64);

    private final Map<String, String> files =
            new TreeMap<>(Map.of("config.json", CONFIG, "model.safetensors", WEIGHTS, "model.sig", "c".repeat(64)));
    private KeyPair pair;
    private ModelSigner signer;
    private String publicKey;

    @BeforeEach
    void makeKey() throws Exception {
        pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        signer = new ModelSigner(pair);
        publicKey = signer.trustedKey();
    }

    private static Clock clock() {
        return Clock.fixed(NOW, ZoneOffset.UTC);
    }

    private Verdict judge(byte[] bundle) {
        return SignatureCheck.of(List.of(publicKey), clock()).judge(bundle, "assistant", "7", files);
    }

    private byte[] good() throws Exception {
        Map<String, String> without = new TreeMap<>(files);
        without.remove("model.sig");
        return signer.sign("assistant", "7", without);
    }

    private static void assertRefused(Verdict verdict, String reason) {
        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Verdict.Refused.class,
                        refused -> assertThat(refused.reason()).contains(reason));
    }

    @Test
    void aSignatureOverAllFilesOfTheVersionIsTrusted() throws Exception {
        assertThat(judge(good()))
                .isEqualTo(new Verdict.Trusted(TrustedKey.id(pair.getPublic().getEncoded())));
    }

    @Test
    void whatTheCommandLineSignsIsTrusted() throws IOException {
        try (InputStream signed = Objects.requireNonNull(getClass().getResourceAsStream("/signed-by-cli.json"))) {
            Map<String, String> cli = Map.of("config.json", CONFIG, "model.safetensors", WEIGHTS);
            String key = "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
            assertThat(SignatureCheck.of(List.of(key), clock()).judge(signed.readAllBytes(), "assistant", "7", cli))
                    .isInstanceOf(Verdict.Trusted.class);
        }
    }

    @Test
    void aVersionWithoutASignatureIsRefused() {
        assertRefused(
                SignatureCheck.of(List.of(publicKey), clock()).judge(null, "assistant", "7", files), "not signed");
    }

    @Test
    void aTamperedSignatureOrStatementIsRefused() throws Exception {
        String text = new String(good(), UTF_8);
        int at = text.indexOf("\"sig\":\"") + 20;
        char changed = text.charAt(at) == 'A' ? 'B' : 'A';
        assertRefused(
                judge((text.substring(0, at) + changed + text.substring(at + 1)).getBytes(UTF_8)), "does not match");

        byte[] other = "{}".getBytes(UTF_8);
        String stolen = text.substring(text.indexOf("\"sig\":\"") + 7, text.indexOf("\"}]"));
        assertRefused(judge(signer.bundle(other, Base64.getDecoder().decode(stolen))), "does not match");
        assertRefused(judge(signer.bundle(other, new byte[3])), "does not match");
    }

    @Test
    void aKeyThatIsNotTrustedOrExpiredIsRefused() throws Exception {
        String stranger =
                new ModelSigner(KeyPairGenerator.getInstance("Ed25519").generateKeyPair()).trustedKey();
        assertRefused(
                SignatureCheck.of(List.of(stranger), clock()).judge(good(), "assistant", "7", files), "not trusted");
        List<String> expired = List.of(publicKey + " 2026-11-26T11:59:59Z");
        assertRefused(
                SignatureCheck.of(expired, clock()).judge(good(), "assistant", "7", files),
                "expired at 2026-11-26T11:59:59Z");
        List<String> valid = List.of(publicKey + " 2026-11-26T12:00:01Z");
        assertThat(SignatureCheck.of(valid, clock()).judge(good(), "assistant", "7", files))
                .isInstanceOf(Verdict.Trusted.class);
    }

    @Test
    void anOldSignatureDoesNotHoldForAnotherVersionOrModel() throws Exception {
        SignatureCheck check = SignatureCheck.of(List.of(publicKey), clock());
        assertRefused(check.judge(good(), "assistant", "8", files), "is for assistant:7, not for assistant:8");
        assertRefused(check.judge(good(), "other", "7", files), "not for other:7");
    }

    @Test
    void filesThatAreChangedAddedOrMissingAreNamed() throws Exception {
        byte[] good = good();
        files.put("extra.py", CONFIG);
        assertRefused(judge(good), "'extra.py' is not signed");
        files.remove("extra.py");
        files.put("config.json", WEIGHTS);
        assertRefused(judge(good), "'config.json' has other bytes");
        files.remove("config.json");
        assertRefused(judge(good), "'config.json' is missing");
    }

    @Test
    void whatIsNoBundleIsRefusedInWords() throws Exception {
        assertRefused(judge("{".getBytes(UTF_8)), "not JSON");
        assertRefused(judge("{}".getBytes(UTF_8)), "not trusted");
        assertRefused(judge("[1]".getBytes(UTF_8)), "not trusted");
        assertRefused(judge(signer.signStatement("no json".getBytes(UTF_8))), "not JSON");
        assertRefused(judge(signer.signStatement("{\"_type\":\"x\"}".getBytes(UTF_8))), "_type");
        String other = """
                {"_type":"https://in-toto.io/Statement/v1","predicateType":"https://model_signing/signature/v1.0",
                "predicate":{"resources":[{"name":"a","algorithm":"md5","digest":"b"}]}}""";
        assertRefused(judge(signer.signStatement(other.getBytes(UTF_8))), "algorithm");
    }

    @Test
    void keysOfAnotherFormAreNotTaken() {
        for (String wrong : List.of("", "abc", publicKey + " tomorrow", publicKey + " 2026-11-26T12:00:01Z x")) {
            assertThatThrownBy(() -> TrustedKey.parse(wrong)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void keysThatAreTrustedRequireSignaturesUnlessSomethingElseIsSet() {
        assertThat(SignaturePolicy.of(null, List.of())).isEqualTo(SignaturePolicy.OFF);
        assertThat(SignaturePolicy.of(null, List.of(publicKey))).isEqualTo(SignaturePolicy.REQUIRE);
        assertThat(SignaturePolicy.of(SignaturePolicy.WARN, List.of(publicKey))).isEqualTo(SignaturePolicy.WARN);
    }
}

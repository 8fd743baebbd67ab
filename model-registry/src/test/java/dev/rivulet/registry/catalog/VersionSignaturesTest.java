// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import dev.rivulet.registry.Client;
import dev.rivulet.registry.artifacts.BlobStore;
import dev.rivulet.registry.artifacts.MemoryBackend;
import dev.rivulet.registry.artifacts.Sha256;
import dev.rivulet.settings.SettingsBinder;
import dev.rivulet.signing.ModelSigner;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.validation.beanvalidation.LocalValidatorFactoryBean;

class VersionSignaturesTest {

    private static final ModelName MODEL = new ModelName("signed");
    private static final VersionName VERSION = new VersionName("1");

    @TempDir
    private Path folder;

    private final MemoryBackend backend = new MemoryBackend(Clock.systemUTC());
    private BlobStore blobs;
    private ModelSigner signer;
    private VersionSignatures signatures;

    @BeforeEach
    void trustAKey() throws Exception {
        blobs = backend.store(folder);
        signer = new ModelSigner(KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .addFirst(
                        new MapPropertySource("keys", Map.of("rivulet.catalog.trusted-keys[0]", signer.trustedKey())));
        LocalValidatorFactoryBean validator = new LocalValidatorFactoryBean();
        validator.afterPropertiesSet();
        signatures = new VersionSignatures(
                blobs, new SettingsBinder(environment, validator).bind(CatalogSettings.class), Clock.systemUTC());
    }

    @Test
    void aSignatureThatIsCollectedWhileItIsCheckedIsMissingAndNotTakenForNone() throws IOException {
        ModelFile config = file("config.json", "{}");
        ModelFile signature = file(
                "model.sig",
                new String(
                        signer.sign(
                                "signed",
                                "1",
                                Map.of("config.json", config.sha256().hex())),
                        UTF_8));
        List<ModelFile> files = List.of(config, signature);
        signatures.check(MODEL, VERSION, files);

        backend.beforeOpening(backend::delete);
        ProblemException whileRead = refusal(files);
        backend.beforeOpening(name -> {});
        ProblemException before = refusal(files);

        for (ProblemException missing : List.of(whileRead, before)) {
            assertThat(missing.problem().code()).isEqualTo(ProblemCode.NOT_FOUND);
            assertThat(missing.problem().param()).isEqualTo("files[1].sha256");
            assertThat(missing.problem().message()).contains(signature.sha256().hex());
        }
        ProblemException unsigned = refusal(List.of(config));
        assertThat(unsigned.problem().code()).isEqualTo(ProblemCode.INVALID_VALUE);
        assertThat(unsigned.problem().message()).contains("it has no model.sig");
    }

    private ProblemException refusal(List<ModelFile> files) {
        return catchThrowableOfType(ProblemException.class, () -> signatures.check(MODEL, VERSION, files));
    }

    private ModelFile file(String path, String text) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        Sha256 digest = new Sha256(Client.sha256(bytes));
        blobs.put(digest, new ByteArrayInputStream(bytes), 1 << 20);
        return new ModelFile(path, digest, bytes.length);
    }
}

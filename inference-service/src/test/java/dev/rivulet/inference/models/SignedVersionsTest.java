// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.models;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.inference.RegistryStub;
import dev.rivulet.inference.models.BlobSource.Opened;
import dev.rivulet.inference.models.ModelFolders.ManifestRefusedException;
import dev.rivulet.inference.models.ModelManifest.File;
import dev.rivulet.signing.ModelSigner;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class SignedVersionsTest {

    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

    @TempDir
    private Path folder;

    private final Map<String, byte[]> registry = new HashMap<>();
    private final List<String> fetched = new ArrayList<>();
    private ModelSigner signer;

    @BeforeEach
    void makeKey() throws Exception {
        signer = new ModelSigner(KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
    }

    private String publicKey() {
        return signer.trustedKey();
    }

    private File file(String path, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        String sha256 = RegistryStub.sha256(bytes);
        registry.put(sha256, bytes);
        return new File(path, sha256, bytes.length);
    }

    private List<File> model() {
        return List.of(file("config.json", "{}"), file("model.safetensors", "weights"));
    }

    private static List<File> with(List<File> files, File one) {
        List<File> more = new ArrayList<>(files);
        more.add(one);
        return more;
    }

    private File signature(String version, List<File> files) {
        Map<String, String> digests = files.stream().collect(Collectors.toMap(File::path, File::sha256));
        return file("model.sig", new String(signer.sign("assistant", version, digests), UTF_8));
    }

    private ModelFolders folders(Map<String, String> settings) {
        Map<String, String> all = new TreeMap<>(settings);
        all.put("rivulet.models.cache", folder.toString());
        ModelsProperties properties = new Binder(new MapConfigurationPropertySource(all))
                .bindOrCreate("rivulet.models", ModelsProperties.class);
        return new ModelFolders(
                properties,
                (_, sha256, offset) -> {
                    fetched.add(sha256);
                    return new Opened(new ByteArrayInputStream(bytes(sha256)), 0);
                },
                Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private ModelFolders trusting(String key) {
        return folders(Map.of("rivulet.models.trusted-keys[0]", key));
    }

    private byte[] bytes(String sha256) {
        return Objects.requireNonNull(registry.get(sha256), sha256);
    }

    private static ModelManifest manifest(List<File> files) {
        return new ModelManifest(
                new ModelVersion("assistant", "7"), "text-generation", files, URI.create("http://registry"));
    }

    private void assertRefused(ModelFolders folders, List<File> files, String reason) {
        fetched.clear();
        assertThatThrownBy(() -> folders.assemble(manifest(files)))
                .isInstanceOf(ManifestRefusedException.class)
                .hasMessageContaining("no trusted signature")
                .hasMessageContaining(reason);
        // Not a byte of the model itself.
        assertThat(fetched).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void aVersionThatATrustedKeySignedIsFetched() throws Exception {
        List<File> files = model();
        Path model = trusting(publicKey()).assemble(manifest(with(files, signature("7", files))));
        assertThat(model.resolve("model.safetensors")).hasContent("weights");
        assertThat(fetched).hasSize(3);
    }

    @Test
    void aVersionThatIsNotSignedIsRefusedOnceAKeyIsTrusted() throws Exception {
        assertRefused(trusting(publicKey()), model(), "it has no model.sig");
        assertThat(folders(Map.of()).assemble(manifest(model()))).isDirectory();
        Map<String, String> warn =
                Map.of("rivulet.models.trusted-keys[0]", publicKey(), "rivulet.models.signatures", "warn");
        assertThat(folders(warn).assemble(manifest(model()))).isDirectory();
        assertRefused(folders(Map.of("rivulet.models.signatures", "require")), model(), "it has no model.sig");
    }

    @Test
    void aTamperedSignatureIsRefused() throws Exception {
        List<File> files = model();
        String good = new String(bytes(signature("7", files).sha256()), UTF_8);
        int at = good.indexOf("\"sig\":\"") + 10;
        String other = good.substring(0, at) + (good.charAt(at) == 'A' ? 'B' : 'A') + good.substring(at + 1);
        assertRefused(trusting(publicKey()), with(files, file("model.sig", other)), "does not match");
    }

    @Test
    void aKeyThatExpiredOrThatNobodyTrustsIsRefused() throws Exception {
        List<File> files = with(model(), signature("7", model()));
        assertRefused(trusting(publicKey() + " 2026-11-26T11:00:00Z"), files, "expired at 2026-11-26T11:00:00Z");
        String mine = publicKey();
        makeKey();
        assertRefused(trusting(publicKey()), files, "not trusted");
        assertThat(trusting(mine + " 2026-11-26T13:00:00Z").assemble(manifest(files)))
                .isDirectory();
    }

    @Test
    void anOldSignatureIsRefusedForANewVersion() throws Exception {
        List<File> files = model();
        assertRefused(trusting(publicKey()), with(files, signature("6", files)), "is for assistant:6");
    }

    @Test
    void anExtraFileBesideSignedOnesIsRefused() throws Exception {
        List<File> files = model();
        List<File> more = with(with(files, signature("7", files)), file("extra.json", "{}"));
        assertRefused(trusting(publicKey()), more, "'extra.json' is not signed");
    }

    @Test
    void aBlobThatIsSwappedForAnotherIsRefused() throws Exception {
        List<File> files = model();
        File signature = signature("7", files);
        List<File> other = List.of(files.getFirst(), file("model.safetensors", "other weights"), signature);
        assertRefused(trusting(publicKey()), other, "'model.safetensors' has other bytes");

        registry.put(files.getLast().sha256(), "WEIGHTS".getBytes(UTF_8));
        assertThatThrownBy(() -> trusting(publicKey()).assemble(manifest(with(files, signature))))
                .hasMessageContaining("model.safetensors: the registry sent 7 bytes with SHA-256");
    }
}

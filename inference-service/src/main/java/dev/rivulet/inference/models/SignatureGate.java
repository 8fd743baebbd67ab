// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.models;

import dev.rivulet.inference.models.ModelFolders.ManifestRefusedException;
import dev.rivulet.inference.models.ModelManifest.File;
import dev.rivulet.signing.SignatureCheck;
import dev.rivulet.signing.SignaturePolicy;
import dev.rivulet.signing.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets versions through that somebody who is trusted vouches for; of others no byte but the signature is fetched. */
final class SignatureGate {

    private static final Logger LOG = LoggerFactory.getLogger(SignatureGate.class);

    private final SignaturePolicy policy;
    private final SignatureCheck check;

    SignatureGate(ModelsProperties properties, Clock clock) {
        this.policy = SignaturePolicy.of(properties.signatures(), properties.trustedKeys());
        this.check = SignatureCheck.of(properties.trustedKeys(), clock);
    }

    /** Fetches a file. */
    @FunctionalInterface
    interface Fetch {
        Path fetch(File file) throws IOException;
    }

    /**
     * Judges a version by what its manifest says of its files; their bytes are held to that when they come.
     *
     * @throws ManifestRefusedException with the reason, if signatures are required and this one isn't good
     */
    void pass(ModelManifest manifest, Fetch fetch) throws IOException, ManifestRefusedException {
        if (policy == SignaturePolicy.OFF) {
            return;
        }
        Map<String, String> files = manifest.files().stream().collect(Collectors.toMap(File::path, File::sha256));
        ModelVersion version = manifest.version();
        Verdict verdict = check.judge(bundle(manifest, fetch), version.model(), version.version(), files);
        if (verdict instanceof Verdict.Refused(String reason)) {
            if (policy == SignaturePolicy.REQUIRE) {
                throw new ManifestRefusedException(
                        "no trusted signature: " + reason + " (rivulet.models.trusted-keys)");
            }
            LOG.warn("{} is served without a good signature: {}", version, reason);
        }
    }

    private static byte @Nullable [] bundle(ModelManifest manifest, Fetch fetch)
            throws IOException, ManifestRefusedException {
        for (File file : manifest.files()) {
            if (file.path().equals(SignatureCheck.FILE)) {
                if (file.size() > SignatureCheck.MOST_BYTES) {
                    throw new ManifestRefusedException(SignatureCheck.FILE + " has " + file.size() + " bytes; "
                            + SignatureCheck.MOST_BYTES + " are accepted");
                }
                try (InputStream in = Files.newInputStream(fetch.fetch(file))) {
                    return in.readNBytes(SignatureCheck.MOST_BYTES);
                }
            }
        }
        return null;
    }
}

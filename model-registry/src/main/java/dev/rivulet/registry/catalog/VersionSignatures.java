// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import dev.rivulet.registry.artifacts.BlobStore;
import dev.rivulet.settings.LiveSettings;
import dev.rivulet.signing.SignatureCheck;
import dev.rivulet.signing.SignaturePolicy;
import dev.rivulet.signing.Verdict;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Decides whether somebody who is trusted vouches for the files of a version. */
@Component
class VersionSignatures {

    private static final Logger log = LoggerFactory.getLogger(VersionSignatures.class);

    private final BlobStore blobs;
    private final LiveSettings<CatalogSettings> settings;
    private final Clock clock;

    VersionSignatures(BlobStore blobs, LiveSettings<CatalogSettings> settings, Clock clock) {
        this.blobs = blobs;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Checks the signature of what is to be registered, where the settings ask for it.
     *
     * @param files whose blobs were there
     * @throws ProblemException with the reason, if signatures are required and this one isn't good; {@code not_found} if its blob was
     *     collected meanwhile
     */
    void check(ModelName model, VersionName version, List<ModelFile> files) {
        Optional<String> objection = objection(model, version, files);
        if (objection.isPresent()) {
            throw problem("files", "The registry takes signed versions alone: " + objection.get() + ".");
        }
    }

    /**
     * Checks the signature of what is registered and is to be served, where the settings ask for it now: it may have been registered
     * when they did not, or the key may have been taken back or expired since.
     *
     * @param param the field of the request that names the version
     * @throws ProblemException {@code invalid_value} with the reason, if signatures are required and this one isn't good
     */
    void checkServable(ModelName model, ModelVersion version, String param) {
        Optional<String> objection = objection(model, version.name(), version.files());
        if (objection.isPresent()) {
            throw problem(
                    param,
                    "Version " + version.name() + " of " + model + " can't be served, for signed versions alone are: "
                            + objection.get() + ". Register its files under a new name, with a signature.");
        }
    }

    /** Why the version is not to be trusted; empty if it is, or if nobody asks. */
    private Optional<String> objection(ModelName model, VersionName version, List<ModelFile> files) {
        CatalogSettings current = settings.get();
        SignaturePolicy policy = SignaturePolicy.of(current.signatures(), current.trustedKeys());
        if (policy == SignaturePolicy.OFF) {
            return Optional.empty();
        }
        Map<String, String> digests = files.stream()
                .collect(Collectors.toMap(ModelFile::path, file -> file.sha256().hex()));
        Verdict verdict = SignatureCheck.of(current.trustedKeys(), clock)
                .judge(bundle(files), model.value(), version.value(), digests);
        if (!(verdict instanceof Verdict.Refused(String reason))) {
            return Optional.empty();
        }
        if (policy == SignaturePolicy.REQUIRE) {
            return Optional.of(reason);
        }
        log.warn("{}:{} is taken without a good signature: {}", model, version, reason);
        return Optional.empty();
    }

    /** The signature; null if the version has none, which is not to be mixed up with one whose bytes have gone. */
    private byte @Nullable [] bundle(List<ModelFile> files) {
        for (int i = 0; i < files.size(); i++) {
            ModelFile file = files.get(i);
            if (file.path().equals(SignatureCheck.FILE)) {
                String param = "files[" + i + "]";
                return blobs.find(file.sha256())
                        .flatMap(blob -> blobs.head(blob, SignatureCheck.MOST_BYTES))
                        .orElseThrow(() -> VersionCheck.missing(file.sha256(), param));
            }
        }
        return null;
    }

    private static ProblemException problem(String param, String message) {
        return new ProblemException(Problem.at(ProblemCode.INVALID_VALUE, param, message));
    }
}

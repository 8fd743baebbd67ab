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
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Decides whether somebody who is trusted vouches for the files of a new version. */
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
     * Checks the signature where the settings ask for it.
     *
     * @param files whose blobs are there
     * @throws ProblemException with the reason, if signatures are required and this one isn't good
     */
    void check(ModelName model, VersionName version, List<ModelFile> files) {
        CatalogSettings current = settings.get();
        SignaturePolicy policy = SignaturePolicy.of(current.signatures(), current.trustedKeys());
        if (policy == SignaturePolicy.OFF) {
            return;
        }
        Map<String, String> digests = files.stream()
                .collect(Collectors.toMap(ModelFile::path, file -> file.sha256().hex()));
        Verdict verdict = SignatureCheck.of(current.trustedKeys(), clock)
                .judge(bundle(files), model.value(), version.value(), digests);
        if (verdict instanceof Verdict.Refused(String reason)) {
            if (policy == SignaturePolicy.REQUIRE) {
                throw new ProblemException(Problem.at(
                        ProblemCode.INVALID_VALUE,
                        "files",
                        "The registry takes signed versions alone: " + reason + "."));
            }
            log.warn("{}:{} is taken without a good signature: {}", model, version, reason);
        }
    }

    private byte @Nullable [] bundle(List<ModelFile> files) {
        for (ModelFile file : files) {
            if (file.path().equals(SignatureCheck.FILE)) {
                return blobs.find(file.sha256())
                        .flatMap(blob -> blobs.head(blob, SignatureCheck.MOST_BYTES))
                        .orElse(null);
            }
        }
        return null;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.helm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the chart makes of six sets of values, as files that a reviewer reads: a change of a template shows as what changes in a
 * cluster. {@code helm/refresh} writes them anew.
 */
class GoldenTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden");

    /** Those of an earlier install, for random ones would differ each time. */
    private static final Map<String, String> SECRET = Map.of(
            "api-key", "cnZrX2s=",
            "api-key-sha256", "aGFzaA==",
            "internal-token", "dG9rZW4=",
            "console-password", "Y29uc29sZQ==",
            "database-password", "ZGF0YWJhc2U=");

    @ParameterizedTest
    @ValueSource(strings = {"trial", "production", "autoscaled", "gpu-keda", "ways-in", "strimzi"})
    void rendersWhatAReviewerRead(String values) throws IOException {
        String rendered = RenderedChart.of(SECRET, values).yaml();
        Path golden = GOLDEN.resolve(values + ".yaml");
        if (Boolean.getBoolean("golden.write")) {
            Files.createDirectories(GOLDEN);
            Files.writeString(golden, rendered);
        }

        assertThat(rendered)
                .as("%s: helm/refresh writes it anew; see with `git diff` what changes", golden)
                .isEqualTo(Files.readString(golden));
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.registry.artifacts.ArtifactsSettings;
import dev.rivulet.registry.artifacts.BlobBackend;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.FilterType;

class BackendChoiceTest {

    @TempDir
    private Path folder;

    /** The configurations of the backends, found as the registry finds them. */
    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties({ArtifactsSettings.class, S3Settings.class})
    @ComponentScan(
            basePackages = {"dev.rivulet.registry.artifacts.disk", "dev.rivulet.registry.artifacts.s3"},
            useDefaultFilters = false,
            includeFilters = @ComponentScan.Filter(type = FilterType.REGEX, pattern = ".*\\.(Disk|S3)Configuration"))
    static class Backends {}

    private ApplicationContextRunner registry(String... settings) {
        return new ApplicationContextRunner()
                .withUserConfiguration(Backends.class)
                .withBean(Clock.class, Clock::systemUTC)
                .withPropertyValues("rivulet.artifacts.folder=" + folder)
                .withPropertyValues(settings);
    }

    @Test
    void blobsLieOnTheDiskUnlessABucketIsChosen() {
        registry()
                .run(context -> assertThat(
                                context.getBean(BlobBackend.class).getClass().getSimpleName())
                        .isEqualTo("DiskBackend"));
        registry("rivulet.artifacts.backend=s3", "rivulet.artifacts.s3.bucket=models")
                .run(context -> assertThat(context.getBean(BlobBackend.class)).isInstanceOf(S3Backend.class));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"part-size=1MB", "read-timeout=0s", "access-key=only", "prefix=blobs", "bucket=", "attempts=0"})
    void settingsThatCanNotWorkEndTheStart(String setting) {
        registry("rivulet.artifacts.backend=s3", "rivulet.artifacts.s3." + setting)
                .run(context -> assertThat(context).hasFailed());
    }

    @Test
    void settingsTellNoKey() {
        assertThat(TestBackends.settings(java.util.Map.of("access-key", "AKIA", "secret-key", "hush"))
                        .toString())
                .doesNotContain("AKIA", "hush");
    }
}

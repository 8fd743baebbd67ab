// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class GrantedThreadsTest {

    @ParameterizedTest
    @CsvSource({
        "0, 10000000, 2, 1", // a small one leaves the JVM a core
        "0, 10000000, 1, 1",
        "0, 67108864, 2, 2", // a large one takes all
        "0, 5000000000, 8, 8",
        "3, 10000000, 2, 3", // what is set counts
        "3, 5000000000, 8, 3"
    })
    void aLargeModelTakesAllCoresAndASmallOneLeavesOne(int set, long bytes, int cores, int granted) {
        var source = new MapConfigurationPropertySource(Map.of("rivulet.models.threads", set));
        ModelsProperties properties = new Binder(source).bindOrCreate("rivulet.models", ModelsProperties.class);
        assertThat(properties.grantedThreads(bytes, cores)).isEqualTo(granted);
    }
}

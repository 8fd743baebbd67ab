// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.inference.execution.ExecutionProperties.Speculating;
import dev.rivulet.inference.models.ModelVersion;
import dev.rivulet.inference.models.ModelsProperties;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** Names that answer while models and their adapters come and go. */
class ServingAdaptersTest {

    private static final Path ADAPTER = Path.of("src", "test", "resources", "adapters", "rivulet-assistant");
    private static final ModelVersion BASE = new ModelVersion("assistant", "1");
    private static final ModelVersion HOUSE = new ModelVersion("assistant:house", "1");
    private static final Duration HOUR = Duration.ofHours(1);

    private final ServingModels models = new ServingModels(
            new ExecutionProperties(
                    16, 64, 1, 4, HOUR, HOUR, HOUR, Duration.ZERO, HOUR, Duration.ofSeconds(1), Speculating.LOOKUP, 4),
            new Binder(new MapConfigurationPropertySource(Map.of()))
                    .bindOrCreate("rivulet.models", ModelsProperties.class),
            EngineLoop.silence(),
            Clock.systemUTC());

    @AfterEach
    void endAll() {
        models.endAll();
    }

    @Test
    void anAdapterServesOnceItsModelDoesAndGoesOverToItsNextVersion() throws Exception {
        models.adapt("assistant", HOUSE, ADAPTER);
        assertThat(models.find("assistant:house")).isEmpty();
        serve("1");
        ServingModel first = models.find("assistant:house").orElseThrow();
        assertThat(first.version()).isEqualTo(HOUSE);
        assertThat(models.all())
                .extracting(one -> one.version().model())
                .containsExactly("assistant", "assistant:house");
        serve("2");
        ServingModel next = models.find("assistant:house").orElseThrow();
        assertThat(next.loop()).isNotSameAs(first.loop());
        assertThat(models.find("assistant:other")).isEmpty();
    }

    @Test
    void aNewVersionOfAnAdapterTakesTheNameAndTheOneBeforeFreesItsRanks() throws Exception {
        serve("1");
        for (int version = 1; version <= 6; version++) {
            adaptWhenThereIsRoom(new ModelVersion("assistant:house", "" + version));
        }
        assertThat(models.find("assistant:house").orElseThrow().version().version())
                .isEqualTo("6");
        models.retire("assistant:house");
        assertThat(models.find("assistant:house")).isEmpty();
        assertThat(models.find("assistant")).isPresent();
    }

    @Test
    void adaptersGoWithTheirModel() throws Exception {
        serve("1");
        models.adapt("assistant", HOUSE, ADAPTER);
        models.retire("assistant");
        assertThat(models.all()).isEmpty();
        serve("2");
        assertThat(models.find("assistant:house")).isPresent();
    }

    @Test
    void aFolderThatIsNoAdapterIsRefusedAndTheModelServesOn() throws Exception {
        serve("1");
        assertThatThrownBy(() -> models.adapt("assistant", HOUSE, EngineLoop.FOLDER))
                .isInstanceOf(ModelRejectedException.class)
                .hasMessageContaining("adapter_config.json");
        assertThat(models.find("assistant:house")).isEmpty();
        assertThat(models.find("assistant")).isPresent();
    }

    private void serve(String version) throws Exception {
        EngineOptions options = new EngineOptions(1, 128, 1, 64).withAdapters(4);
        models.serve(new ModelVersion(BASE.model(), version), EngineLoop.model(options), null);
    }

    /** The version before is freed by a thread of its own; room for two is there. */
    private void adaptWhenThereIsRoom(ModelVersion version) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (true) {
            try {
                models.adapt("assistant", version, ADAPTER);
                return;
            } catch (ModelRejectedException e) {
                assertThat(e).hasMessageContaining("ranks are taken");
                assertThat(System.nanoTime()).isLessThan(end);
                Thread.onSpinWait();
            }
        }
    }
}

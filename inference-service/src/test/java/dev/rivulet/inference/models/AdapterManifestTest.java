// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.rivulet.events.model.v1.ModelAlias;
import dev.rivulet.events.model.v1.ModelVersionChanged;
import org.junit.jupiter.api.Test;

class AdapterManifestTest {

    @Test
    void anAdapterAnswersUnderTheNameOfItsModelAndItsOwn() {
        ModelManifest manifest =
                ModelManifest.champion(event("lora-adapter", "assistant")).orElseThrow();
        assertThat(manifest.base()).isEqualTo("assistant");
        assertThat(manifest.served()).isEqualTo(new ModelVersion("assistant:house", "3"));
    }

    @Test
    void aModelAnswersUnderItsOwnWhateverItsTagsSay() {
        ModelManifest manifest =
                ModelManifest.champion(event("text-generation", "assistant")).orElseThrow();
        assertThat(manifest.base()).isNull();
        assertThat(manifest.served()).isEqualTo(new ModelVersion("house", "3"));
    }

    @Test
    void anAdapterWithoutABaseOrWithOneThatIsNoNameIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ModelManifest.champion(event("lora-adapter", "")))
                .withMessageContaining("base");
        assertThatIllegalArgumentException().isThrownBy(() -> ModelManifest.champion(event("lora-adapter", "a:b")));
    }

    private static ModelVersionChanged event(String task, String base) {
        return ModelVersionChanged.newBuilder()
                .setModel("house")
                .setTask(task)
                .addVersions(dev.rivulet.events.model.v1.ModelVersion.newBuilder()
                        .setVersion("3")
                        .putTags("base", base))
                .addAliases(ModelAlias.newBuilder().setAlias("champion").setVersion("3"))
                .setRegistryUrl("http://registry")
                .build();
    }
}

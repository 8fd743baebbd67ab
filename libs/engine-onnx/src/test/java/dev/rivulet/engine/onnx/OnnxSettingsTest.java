// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.rivulet.engine.onnx.OnnxSettings.Spinning;
import dev.rivulet.engine.onnx.device.Device;
import dev.rivulet.engine.onnx.device.Provider;
import dev.rivulet.modelpackage.graph.Half;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OnnxSettingsTest {

    @Test
    void defaultsLeaveMemoryToOthersAndSpinForAMomentWhereNoCoreIsLeft() {
        OnnxSettings settings = of(Map.of());
        assertThat(settings.memoryLimit()).isEqualTo(800);
        assertThat(settings.spinning()).isEqualTo(Spinning.AUTO);
        assertThat(Spinning.AUTO.micros(1, 2)).isEqualTo(StepThreads.WITH_CORES_LEFT);
        assertThat(Spinning.AUTO.micros(2, 2)).isEqualTo(StepThreads.WITH_NO_CORE_LEFT);
        assertThat(Spinning.ON.micros(2, 2)).isEqualTo(StepThreads.UNBOUNDED);
        assertThat(Spinning.OFF.micros(1, 2)).isZero();
    }

    @Test
    void readsSizesWithSuffixes() {
        assertThat(of(Map.of(OnnxSettings.MEMORY_LIMIT, "3g")).memoryLimit()).isEqualTo(3L << 30);
        assertThat(of(Map.of(OnnxSettings.MEMORY_LIMIT, "12M")).memoryLimit()).isEqualTo(12L << 20);
        assertThat(of(Map.of(OnnxSettings.MEMORY_LIMIT, "4711")).memoryLimit()).isEqualTo(4711);
        assertThat(of(Map.of(OnnxSettings.SPINNING, "off")).spinning()).isEqualTo(Spinning.OFF);
    }

    @Test
    void decodersRunOnADeviceOnlyWhereOneIsNamed() {
        assertThat(of(Map.of()).device()).isEmpty();
        assertThat(of(Map.of(OnnxSettings.DEVICE, "none")).device()).isEmpty();
        assertThat(of(Map.of(OnnxSettings.DEVICE, "cuda")).device()).contains(new Device(Provider.CUDA, Half.F16));
        assertThat(of(Map.of(OnnxSettings.DEVICE, "CUDA", OnnxSettings.HALF, "bf16"))
                        .device())
                .contains(new Device(Provider.CUDA, Half.BF16));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> of(Map.of(OnnxSettings.DEVICE, "tpu")))
                .withMessageContainingAll(OnnxSettings.DEVICE, "cuda", "tpu");
    }

    @Test
    void refusesWhatItCannotRead() {
        for (String size : new String[] {"G", "-1", "0", "1.5G", "99999999999G", "many"}) {
            assertThatIllegalArgumentException().isThrownBy(() -> of(Map.of(OnnxSettings.MEMORY_LIMIT, size)));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> of(Map.of(OnnxSettings.SPINNING, "maybe")))
                .withMessageContaining("auto, on or off");
    }

    private static OnnxSettings of(Map<String, String> properties) {
        return OnnxSettings.of(name -> properties.getOrDefault(name, ""), 1000);
    }
}

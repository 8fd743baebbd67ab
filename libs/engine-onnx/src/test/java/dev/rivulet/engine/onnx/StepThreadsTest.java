// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StepThreadsTest {

    private static final String SPINS = "session.intra_op.allow_spinning";
    private static final String MICROS = "session.intra_op.spin_duration_us";

    @Test
    void spinsForAsLongAsIsGranted() throws OrtException {
        assertThat(granted(10)).containsEntry(SPINS, "1").containsEntry(MICROS, "10");
        assertThat(granted(StepThreads.UNBOUNDED)).containsEntry(SPINS, "1").doesNotContainKey(MICROS);
        assertThat(granted(0)).containsEntry(SPINS, "0").doesNotContainKey(MICROS);
    }

    private static Map<String, String> granted(int micros) throws OrtException {
        try (SessionOptions options = new SessionOptions()) {
            new StepThreads(2, micros).grant(options);
            return Map.copyOf(options.getConfigEntries());
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** A page of prose, code, numbers and several languages: what models are commonly asked to read. */
final class CalibrationText {

    private static final String FILE = "calibration.txt";

    private CalibrationText() {}

    static String text() throws IOException {
        try (InputStream file = CalibrationText.class.getResourceAsStream(FILE)) {
            return new String(Objects.requireNonNull(file, FILE).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

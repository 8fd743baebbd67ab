// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx.device;

/** What ONNX Runtime says about a call that failed. */
final class OrtCallException extends Exception {

    private static final long serialVersionUID = 1L;

    OrtCallException(String message) {
        super(message);
    }
}

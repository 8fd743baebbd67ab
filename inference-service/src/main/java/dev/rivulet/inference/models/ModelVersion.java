// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.models;

/** One version of one model of the registry. */
public record ModelVersion(String model, String version) {

    @Override
    public String toString() {
        return model + ":" + version;
    }
}

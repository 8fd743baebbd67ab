// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.scheduling;

/** The class of a sequence, the more urgent first. */
public enum Priority {
    HIGH,
    NORMAL,
    LOW
}

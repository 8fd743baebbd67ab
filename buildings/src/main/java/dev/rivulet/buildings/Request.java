// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.buildings;

/**
 * What somebody in a building asked for.
 *
 * @param text as typed
 * @param intent its name in the schema
 */
public record Request(String text, String intent) {}

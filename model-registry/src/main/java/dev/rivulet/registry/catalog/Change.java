// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog;

/**
 * What a request came to.
 *
 * @param model as it stands now
 * @param changed false if it stood so before
 */
public record Change(Model model, boolean changed) {}

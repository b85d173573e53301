/** What is said where the kernel cannot be used. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, it, vi } from 'vitest';
import { Kernel } from './kernel.ts';
import { KernelMissingError, loadLibc } from './libc.ts';
import { describeOnKernel } from './testing/here.ts';

const remedy = async (opening: Promise<unknown>) => {
  const error = await opening.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(KernelMissingError);
  return (error as Error).message;
};

it('without koffi: which package to install', async () => {
  const notInstalled = () => Promise.reject(new Error("Cannot find package 'koffi'"));
  expect(await remedy(loadLibc(notInstalled))).toContain('run `npm install koffi`');
});

it('without koffi, the declarations of this package hold: none of them names its', () => {
  const folder = join(inject('builtPackage'), 'dist', 'impl', 'kvm');
  const declarations = readdirSync(folder).filter((name) => name.endsWith('.d.ts'));
  expect(declarations).toContain('libc.d.ts');
  for (const name of declarations) {
    expect(readFileSync(join(folder, name), 'utf8'), name).not.toMatch(/(from|import\() ?['"]koffi/);
  }
});

it('on another system: where it runs', async () => {
  vi.stubGlobal('process', { ...process, platform: 'darwin', arch: 'arm64' });
  expect(await remedy(loadLibc())).toBe('kvm runs on Linux on x86-64 only, and this is darwin on arm64');
  vi.unstubAllGlobals();
});

describeOnKernel('with koffi', () => {
  it('without the device: which module to load', async () => {
    expect(await remedy(Kernel.open('/dev/nothing'))).toMatch(/^there is no \/dev\/kvm: load the module/);
  });

  it('with something else in its place: what it is', async () => {
    expect(await remedy(Kernel.open('/dev/null'))).toMatch(/^\/dev\/null is not KVM's/);
  });
});

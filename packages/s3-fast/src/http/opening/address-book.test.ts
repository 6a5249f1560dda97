import { expect, test } from 'vitest'
import { AddressBook } from './address-book.ts'

test('each connection begins with the next address, and has all of them to try', async () => {
  const book = new AddressBook(async () => ['10.0.0.1', '10.0.0.2', '10.0.0.3'])
  const first = await Promise.all(Array.from({ length: 4 }, () => book.addresses('name')))
  expect(first.map(([address]) => address)).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.1'])
  expect(first[1]).toEqual(['10.0.0.2', '10.0.0.3', '10.0.0.1'])
})

test('an address that could not be reached is left out, unless it is the only one', async () => {
  const book = new AddressBook(async () => ['10.0.0.1', '10.0.0.2'])
  await book.addresses('name')
  book.demote('name', '10.0.0.2')
  expect(await book.addresses('name')).toEqual(['10.0.0.1'])
  book.demote('name', '10.0.0.1')
  expect(await book.addresses('name')).toEqual(['10.0.0.1'])
})

test('a name is asked for once by any number of connections, and an address never', async () => {
  const asked: string[] = []
  const book = new AddressBook(async (name) => {
    asked.push(name)
    return ['10.0.0.1']
  })
  await Promise.all(['a', 'b', 'a', '10.0.0.9', '::1', 'a'].map((name) => book.addresses(name)))
  await book.addresses('a')
  expect(asked).toEqual(['a', 'b'])
  expect(await book.addresses('::1')).toEqual(['::1'])
})

test('a failure to resolve is not kept', async () => {
  let isDown = true
  const book = new AddressBook(async () => {
    if (isDown) throw new Error('no resolver')
    return ['10.0.0.1']
  })
  await expect(book.addresses('name')).rejects.toThrow('no resolver')
  isDown = false
  expect(await book.addresses('name')).toEqual(['10.0.0.1'])
})
